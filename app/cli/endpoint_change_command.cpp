#include "app/cli/command_database.h"
#include "app/cli/endpoint_arguments.h"
#include "app/cli/name_check.h"
#include "app/cli/output.h"
#include "app/cli/sub_commands.h"
#include "app/core/endpoint_jobs.h"
#include "app/database/endpoint_queries.h"
#include "app/database/job_changes.h"

namespace signalbox {

namespace {

bool changesNothing(const EndpointChange &change)
{
    return !change.url && !change.description && !change.eventFilter && !change.customHeaders &&
           !change.timeoutMs && !change.maxRetries && !change.allowPrivateNetwork &&
           !change.retryScheduleSeconds && !change.maxInFlight && !change.rateLimit && !change.rateBurst &&
           !change.ordered && !change.secret && !change.signatureScheme && !change.signatureHeader &&
           !change.caCertificates && !change.clientCertificate && !change.clientKey;
}

CommandResult add(const CommandContext &context)
{
    auto change = endpointChange(context.line);
    if (!change)
        return fail(change.error());
    if (context.line.has(QStringLiteral("id")) || !context.line.words().isEmpty()) {
        const auto id = namedEndpoint(context.line);
        if (!id)
            return fail(id.error());
        if (const Done valid = validateEndpointId(*id); !valid)
            return fail(valid.error());
        change->id = *id;
    }
    if (!change->url)
        return fail(Error::Kind::Usage, QStringLiteral("endpoint add"), QStringLiteral("--url is missing"));
    const bool isGenerated = !change->secret;
    if (isGenerated)
        change->secret = generateSecretFor(change->signatureScheme.value_or(SignatureScheme::V1));

    const auto database = openDatabase(context.line, Access::ReadWrite);
    if (!database)
        return fail(database.error());
    if (const Done reachable = checkName(*change, change->allowPrivateNetwork.value_or(false)); !reachable)
        return fail(reachable.error());
    const auto id = addEndpoint(*database->connection, *change);
    if (!id)
        return fail(id.error());
    if (isGenerated)
        printMessage(QStringLiteral("endpoint %1: a secret was generated").arg(*id));
    printEndpoint(context.line, *id, change->secret);
    return 0;
}

Result<Secret> newSecret(PgConnection &connection, const EndpointChange &change)
{
    if (change.signatureScheme)
        return generateSecretFor(*change.signatureScheme);
    const auto scheme = signatureSchemeOf(connection, change.id);
    if (!scheme)
        return fail(scheme.error());
    return generateSecretFor(*scheme);
}

// Jobs are snapshots: those that wait or have failed would go on to where the endpoint was.
Result<qint64> letJobsFollow(PgConnection &connection, const QString &id)
{
    const auto result = changeJobs(connection, openJobsOf(id), JobAction::Follow, followReason(id));
    if (!result)
        return fail(result.error());
    if (result->refused > 0)
        return fail(QStringLiteral("let jobs follow their endpoint"),
                    QStringLiteral("%1 were refused: %2").arg(result->refused).arg(result->refusal));
    return result->changed;
}

Done applyToJobs(const CommandContext &context, PgConnection &connection, const EndpointChange &change)
{
    if (!change.concernsJobs() || context.line.has(QStringLiteral("keep-queued")))
        return {};
    const auto followed = letJobsFollow(connection, change.id);
    if (!followed) {
        Error error = followed.error();
        error.why = QStringLiteral("the endpoint was changed, jobs made before may not follow: ") + error.why;
        error.hint = QStringLiteral("call it again");
        return fail(std::move(error));
    }
    if (*followed > 0)
        printMessage(*followed == 1
                         ? QStringLiteral("endpoint %1: one job follows").arg(change.id)
                         : QStringLiteral("endpoint %1: %2 jobs follow").arg(change.id).arg(*followed));
    return {};
}

CommandResult set(const CommandContext &context)
{
    const auto id = namedEndpoint(context.line);
    if (!id)
        return fail(id.error());
    auto change = endpointChange(context.line);
    if (!change)
        return fail(change.error());
    change->id = *id;
    const bool showSecret = context.line.has(QStringLiteral("show-secret"));
    const bool generate = wantsGeneratedSecret(context.line);
    if (changesNothing(*change) && !generate && !showSecret)
        return fail(Error::Kind::Usage, QStringLiteral("endpoint set"), QStringLiteral("nothing to change"),
                    QStringLiteral("see signalbox endpoint set --help"));
    const auto database = openDatabase(context.line, Access::ReadWrite);
    if (!database)
        return fail(database.error());
    if (change->url) {
        const auto allowed = allowsPrivateNetwork(*database->connection, *change);
        if (!allowed)
            return fail(allowed.error());
        if (const Done reachable = checkName(*change, *allowed); !reachable)
            return fail(reachable.error());
    }
    if (generate) {
        const auto secret = newSecret(*database->connection, *change);
        if (!secret)
            return fail(secret.error());
        change->secret = *secret;
    }
    const auto changed = changeEndpoint(*database->connection, *change);
    if (!changed)
        return fail(changed.error());
    if (const Done applied = applyToJobs(context, *database->connection, *change); !applied)
        return fail(applied.error());
    std::optional<Secret> secret = change->secret;
    if (showSecret && !secret) {
        const auto stored = revealSecret(*database->connection, *changed);
        if (!stored)
            return fail(stored.error());
        secret = *stored;
    }
    printEndpoint(context.line, *changed, secret);
    return 0;
}

} // namespace

QList<Command> endpointChangeCommands()
{
    return {{"endpoint add", {}, "register an endpoint; prints its id", endpointOptions(), 0, 1, add},
            {"endpoint set", "ID",
             "change what is given, for jobs that wait or failed too; another secret rotates",
             endpointOptions() +
                 QList<Option>{{"keep-queued", {}, "leave jobs that were made before as they are"}},
             0, 1, set}};
}

} // namespace signalbox
