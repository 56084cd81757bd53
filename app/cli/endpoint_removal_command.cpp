#include "app/cli/command_database.h"
#include "app/cli/consent.h"
#include "app/cli/endpoint_arguments.h"
#include "app/cli/endpoint_jobs_text.h"
#include "app/cli/output.h"
#include "app/cli/sub_commands.h"
#include "app/core/endpoint_jobs.h"
#include "app/core/signature.h"
#include "app/database/endpoint_queries.h"
#include "app/database/job_changes.h"

namespace signalbox {

namespace {

const QString cancelJobs = QStringLiteral("cancel-jobs");

CommandResult cancelOpenJobs(PgConnection &connection, const QString &id, const QString &reason)
{
    const auto cancelled = changeJobs(connection, undeliveredJobsOf(id), JobAction::Cancel, reason);
    if (!cancelled) {
        Error error = cancelled.error();
        error.why = QStringLiteral("the endpoint was removed, its jobs are held: ") + error.why;
        return fail(std::move(error));
    }
    printMessage(QStringLiteral("endpoint %1: %2 cancelled").arg(id, openJobsText(cancelled->changed)));
    if (cancelled->refused == 0)
        return 0;
    printMessage(QStringLiteral("endpoint %1: %2 refused: %3")
                     .arg(id, openJobsText(cancelled->refused), cancelled->refusal));
    return 1;
}

CommandResult remove(const CommandContext &context)
{
    const auto id = namedEndpoint(context.line);
    if (!id)
        return fail(id.error());
    const auto act = openWithConsent(context);
    if (!act)
        return fail(act.error());
    PgConnection &connection = *act->database.connection;
    const auto jobs = countOpenJobs(connection, *id, context.command.name);
    if (!jobs)
        return fail(jobs.error());
    const bool cancels = context.line.has(cancelJobs);
    if (!act->consent.isGiven()) {
        printLine(
            QStringLiteral("%1 would be %2")
                .arg(openJobsText(*jobs), cancels ? QStringLiteral("cancelled") : QStringLiteral("held")));
        return act->consent.leave();
    }
    const auto removed = removeEndpoint(connection, *id, act->consent.reason());
    if (!removed)
        return fail(removed.error());
    printLine(*removed);
    if (*jobs > 0 && cancels)
        return cancelOpenJobs(connection, *id, act->consent.reason());
    if (*jobs > 0)
        printMessage(QStringLiteral("endpoint %1: %2 held").arg(*id, openJobsText(*jobs)));
    return 0;
}

// It is restored by then: a failure here is said and changes nothing.
void tellOfJobsMadeBefore(PgConnection &connection, const QString &id)
{
    const auto jobs = countOpenJobs(connection, id, QStringLiteral("count open jobs"));
    if (!jobs)
        return printError(jobs.error());
    if (*jobs > 0)
        printMessage(QStringLiteral("endpoint %1: %2 made before sign with their own secret")
                         .arg(id, openJobsText(*jobs)));
}

CommandResult restore(const CommandContext &context)
{
    const auto id = namedEndpoint(context.line);
    if (!id)
        return fail(id.error());
    const auto given = givenSecret(context.line);
    if (!given)
        return fail(given.error());
    const auto database = openDatabase(context.line, Access::ReadWrite);
    if (!database)
        return fail(database.error());
    PgConnection &connection = *database->connection;
    const auto endpoint = readEndpoint(connection, *id, context.command.name);
    if (!endpoint)
        return fail(endpoint.error());
    const Secret secret = *given ? **given : generateSecretFor(endpoint->signatureScheme);
    const auto restored =
        restoreEndpoint(connection, *id, secret, givenReason(context.line), allowsWeakSecret(context.line));
    if (!restored)
        return fail(restored.error());
    printMessage(QStringLiteral("endpoint %1: it is disabled until `signalbox endpoint enable %1`").arg(*id));
    printMessage(
        *given ? QStringLiteral("endpoint %1: it signs with the secret given, the old one is gone").arg(*id)
               : QStringLiteral("endpoint %1: a new secret was generated, the old one is gone").arg(*id));
    tellOfJobsMadeBefore(connection, *id);
    if (!endpoint->clientCertificate.isEmpty())
        printMessage(
            QStringLiteral("endpoint %1: its client certificate has to be set again, with its key").arg(*id));
    printEndpoint(context.line, *id, secret);
    return 0;
}

} // namespace

QList<Command> endpointRemovalCommands()
{
    const QList<Option> id{endpointIdOption()};
    return {{"endpoint remove", "ID", "take it away; its history stays, its open jobs are held",
             id + QList<Option>{{cancelJobs, {}, "give its open jobs up"}} + consentOptions(), 0, 1, remove},
            {"endpoint restore", "ID", "bring a removed one back, disabled and with a new secret",
             id + secretOptions() + QList<Option>{reasonOption()}, 0, 1, restore}};
}

} // namespace signalbox
