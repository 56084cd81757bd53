#include "app/cli/command_database.h"
#include "app/cli/consent.h"
#include "app/cli/endpoint_arguments.h"
#include "app/cli/output.h"
#include "app/cli/sub_commands.h"
#include "app/core/duration.h"
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
    return seconds == 0 ? QStringLiteral("the previous one signs no more")
                        : QStringLiteral("the previous one goes on signing for %1")
                              .arg(writeDuration(seconds * millisecondsPerSecond));
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
    const auto act = openWithConsent(context);
    if (!act)
        return fail(act.error());
    const auto scheme = signatureSchemeOf(*act->database.connection, *id);
    if (!scheme)
        return fail(scheme.error());
    if (!act->consent.isGiven()) {
        printLine(QStringLiteral("the secret would be replaced; %1").arg(overlapText(*overlap)));
        return act->consent.leave();
    }
    const Secret secret = *given ? **given : generateSecretFor(*scheme);
    const auto rotated = rotateSecret(*act->database.connection, *id, secret, *overlap,
                                      allowsWeakSecret(context.line), act->consent.reason());
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
    const QList<Option> own{endpointIdOption(),
                            {"overlap", "DURATION",
                             "how long the previous secret signs too: 24h by default, 30m, 7d, "
                             "at most 30d; 0: not at all; a bare number means hours"}};
    return {"endpoint rotate",
            "ID",
            "replace the secret; both sign for a while (hub-sha256 has room for the new one only)",
            own + secretOptions() + consentOptions(),
            0,
            1,
            rotate};
}

} // namespace signalbox
