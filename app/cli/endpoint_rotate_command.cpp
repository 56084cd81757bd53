#include "app/cli/command_database.h"
#include "app/cli/endpoint_arguments.h"
#include "app/cli/output.h"
#include "app/cli/sub_commands.h"
#include "app/core/signature.h"
#include "app/database/endpoint_queries.h"

namespace signalbox {

namespace {

CommandResult rotate(const CommandContext &context)
{
    const auto id = namedEndpoint(context.line);
    if (!id)
        return fail(id.error());
    const auto chosen = chosenSecret(context.line);
    if (!chosen)
        return fail(chosen.error());
    const Secret secret = chosen->value_or(generateSecret());
    const auto database = openDatabase(context.line, Access::ReadWrite);
    if (!database)
        return fail(database.error());
    const auto rotated = rotateSecret(*database->connection, *id, secret);
    if (!rotated)
        return fail(rotated.error());
    printMessage(QStringLiteral("endpoint %1: the secret was replaced; the previous one stays valid for 24 h")
                     .arg(*rotated));
    printEndpoint(context.line, *rotated, secret);
    return 0;
}

} // namespace

Command endpointRotateCommand()
{
    return {"endpoint rotate",
            "ID",
            "replace the secret; both sign for 24 h",
            QList<Option>{{"id", "ID", "id of the endpoint, instead of the word"}} + secretOptions(),
            0,
            1,
            rotate};
}

} // namespace signalbox
