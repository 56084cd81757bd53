#include "app/cli/command_database.h"
#include "app/cli/endpoint_arguments.h"
#include "app/cli/output.h"
#include "app/cli/sub_commands.h"
#include "app/database/endpoint_queries.h"

namespace signalbox {

namespace {

template <typename Act> CommandResult change(const CommandContext &context, Act act)
{
    const auto id = namedEndpoint(context.line);
    if (!id)
        return fail(id.error());
    const auto database = openDatabase(context.line, Access::ReadWrite);
    if (!database)
        return fail(database.error());
    const Result<QString> changed = act(*database->connection, *id);
    if (!changed)
        return fail(changed.error());
    printLine(*changed);
    return 0;
}

CommandResult enable(const CommandContext &context)
{
    return change(context, [](PgConnection &connection, const QString &id) {
        return setEndpointEnabled(connection, id, true);
    });
}

CommandResult disable(const CommandContext &context)
{
    const QString reason = context.line.value(QStringLiteral("reason"));
    return change(context, [&reason](PgConnection &connection, const QString &id) {
        return setEndpointEnabled(connection, id, false, reason);
    });
}

CommandResult remove(const CommandContext &context)
{
    return change(context,
                  [](PgConnection &connection, const QString &id) { return removeEndpoint(connection, id); });
}

CommandResult setBreakerBy(const CommandContext &context, BreakerAction action)
{
    const QString reason = context.line.value(QStringLiteral("reason"));
    return change(context, [action, &reason](PgConnection &connection, const QString &id) {
        return setBreaker(connection, id, action, reason);
    });
}

CommandResult hold(const CommandContext &context)
{
    return setBreakerBy(context, BreakerAction::Hold);
}

CommandResult release(const CommandContext &context)
{
    return setBreakerBy(context, BreakerAction::Close);
}

} // namespace

QList<Command> endpointStateCommands()
{
    const Option id{"id", "ID", "id of the endpoint, instead of the word"};
    return {{"endpoint enable", "ID", "deliver again; held jobs go out", {id}, 0, 1, enable},
            {"endpoint disable",
             "ID",
             "hold its jobs",
             {id, {"reason", "T", "shown with the endpoint"}},
             0,
             1,
             disable},
            {"endpoint hold",
             "ID",
             "hold its circuit breaker open: nothing is sent, new jobs wait",
             {id, {"reason", "T", "shown with the endpoint and its jobs"}},
             0,
             1,
             hold},
            {"endpoint release", "ID", "close its circuit breaker, held or open", {id}, 0, 1, release},
            {"endpoint remove", "ID", "take it away; its history stays", {id}, 0, 1, remove}};
}

} // namespace signalbox
