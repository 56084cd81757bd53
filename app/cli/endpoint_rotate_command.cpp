#include "app/cli/command_database.h"
#include "app/cli/endpoint_arguments.h"
#include "app/cli/output.h"
#include "app/cli/sub_commands.h"
#include "app/database/endpoint_queries.h"

namespace signalbox {

namespace {

Result<qint64> chosenOverlap(const CommandLine &line)
{
    const QString option = QStringLiteral("overlap");
    if (!line.has(option))
        return defaultOverlapSeconds;
    return readOverlap(line.value(option));
}

QString overlapText(qint64 seconds)
{
    if (seconds == 0)
        return QStringLiteral("the previous one signs no more");
    const bool hours = seconds % 3600 == 0;
    return QStringLiteral("the previous one goes on signing for %1 %2")
        .arg(hours ? seconds / 3600 : seconds)
        .arg(hours ? QStringLiteral("h") : QStringLiteral("s"));
}

CommandResult rotate(const CommandContext &context)
{
    const auto id = namedEndpoint(context.line);
    if (!id)
        return fail(id.error());
    const auto given = givenSecret(context.line);
    if (!given)
        return fail(given.error());
    const auto overlap = chosenOverlap(context.line);
    if (!overlap)
        return fail(overlap.error());
    const auto database = openDatabase(context.line, Access::ReadWrite);
    if (!database)
        return fail(database.error());
    const auto scheme = signatureSchemeOf(*database->connection, *id);
    if (!scheme)
        return fail(scheme.error());
    const Secret secret = *given ? **given : generateSecretFor(*scheme);
    const auto rotated =
        rotateSecret(*database->connection, *id, secret, *overlap, allowsWeakSecret(context.line));
    if (!rotated)
        return fail(rotated.error());
    printMessage(
        QStringLiteral("endpoint %1: the secret was replaced; %2").arg(*rotated, overlapText(*overlap)));
    printEndpoint(context.line, *rotated, secret);
    return 0;
}

} // namespace

Command endpointRotateCommand()
{
    const QList<Option> own{{"id", "ID", "id of the endpoint, instead of the word"},
                            {"overlap", "HOURS",
                             "how long the previous secret signs too: 24 by default, 30m, 7d, "
                             "at most 30d; 0: not at all"}};
    return {"endpoint rotate",
            "ID",
            "replace the secret; both sign for a while (hub-sha256 has room for the new one only)",
            own + secretOptions(),
            0,
            1,
            rotate};
}

} // namespace signalbox
