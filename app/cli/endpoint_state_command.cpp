#include "app/cli/command_database.h"
#include "app/cli/consent.h"
#include "app/cli/endpoint_arguments.h"
#include "app/cli/endpoint_jobs_text.h"
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
    return change(context, [&context](PgConnection &connection, const QString &id) {
        return setEndpointEnabled(connection, id, true, givenReason(context.line));
    });
}

CommandResult disable(const CommandContext &context)
{
    const auto id = namedEndpoint(context.line);
    if (!id)
        return fail(id.error());
    const auto act = openWithConsent(context);
    if (!act)
        return fail(act.error());
    if (!act->consent.isGiven()) {
        const auto jobs = countOpenJobs(*act->database.connection, *id, context.command.name);
        if (!jobs)
            return fail(jobs.error());
        printLine(QStringLiteral("%1 would be held").arg(openJobsText(*jobs)));
        return act->consent.leave();
    }
    const auto disabled = setEndpointEnabled(*act->database.connection, *id, false, act->consent.reason());
    if (!disabled)
        return fail(disabled.error());
    printLine(*disabled);
    return 0;
}

CommandResult setBreakerBy(const CommandContext &context, BreakerAction action)
{
    return change(context, [&context, action](PgConnection &connection, const QString &id) {
        return setBreaker(connection, id, action, givenReason(context.line));
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
    const QList<Option> id{endpointIdOption()};
    const QList<Option> withReason = id + QList<Option>{reasonOption()};
    return {{"endpoint enable", "ID", "deliver again; held jobs go out", withReason, 0, 1, enable},
            {"endpoint disable", "ID", "hold its jobs", id + consentOptions(), 0, 1, disable},
            {"endpoint hold", "ID", "hold its circuit breaker open: nothing is sent, new jobs wait",
             withReason, 0, 1, hold},
            {"endpoint release", "ID", "close its circuit breaker, held or open", withReason, 0, 1, release}};
}

} // namespace signalbox
