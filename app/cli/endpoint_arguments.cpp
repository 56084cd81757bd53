#include "app/cli/endpoint_arguments.h"

#include "app/cli/consent.h"
#include "app/cli/output.h"
#include "app/cli/tls_files.h"
#include "app/core/duration.h"
#include "app/core/retry_schedule_text.h"
#include "app/core/signature.h"

#include <QFile>

#include <algorithm>
#include <cstdio>
#include <limits>

namespace signalbox {

namespace {

constexpr qint64 mostSecretBytes = 4096; // longer ones are refused later, with what they may have

tl::unexpected<Error> wrong(const QString &why)
{
    return fail(Error::Kind::Usage, QStringLiteral("endpoint"), why);
}

Result<std::optional<QList<HttpHeader>>> chosenHeaders(const CommandLine &line)
{
    const bool none = line.has(QStringLiteral("no-headers"));
    if (none && line.has(QStringLiteral("header")))
        return wrong(QStringLiteral("--header and --no-headers exclude each other"));
    if (!none && !line.has(QStringLiteral("header")))
        return std::nullopt;
    QList<HttpHeader> headers;
    for (const QString &text : line.values(QStringLiteral("header"))) {
        const auto header = parseCustomHeader(text);
        if (!header)
            return fail(header.error());
        headers << *header;
    }
    return headers;
}

Result<std::optional<QList<int>>> chosenSchedule(const CommandLine &line)
{
    const QString option = QStringLiteral("retry-schedule");
    if (!line.has(option))
        return std::nullopt;
    auto seconds = parseRetrySchedule(line.value(option));
    if (!seconds) {
        seconds.error().kind = Error::Kind::Usage;
        return fail(seconds.error());
    }
    return *seconds;
}

// --timeout 30s, or --timeout-ms 30000 as the schema has it.
Result<std::optional<int>> chosenTimeout(const CommandLine &line)
{
    const QString option = QStringLiteral("timeout");
    const int least = std::numeric_limits<int>::min(), most = std::numeric_limits<int>::max();
    if (!line.has(option))
        return line.number(QStringLiteral("timeout-ms"), least, most);
    if (line.has(QStringLiteral("timeout-ms")))
        return wrong(QStringLiteral("--timeout and --timeout-ms exclude each other"));
    const auto duration = readDuration(line.value(option), QStringLiteral("--timeout"));
    if (!duration)
        return fail(duration.error());
    return std::optional(int(std::min<qint64>(*duration, most)));
}

Result<std::optional<double>> chosenRate(const CommandLine &line)
{
    const QString option = QStringLiteral("rate-limit");
    if (!line.has(option))
        return std::nullopt;
    bool isNumber = false;
    const double rate = line.value(option).toDouble(&isNumber);
    if (!isNumber)
        return wrong(QStringLiteral("--rate-limit takes a number"));
    return rate;
}

Result<std::optional<bool>> chosenSwitch(const CommandLine &line, const QString &name)
{
    const bool on = line.has(name), off = line.has(QStringLiteral("no-") + name);
    if (on && off)
        return wrong(QStringLiteral("--%1 and --no-%1 exclude each other").arg(name));
    return on || off ? std::optional(on) : std::nullopt;
}

Result<std::optional<SignatureScheme>> chosenScheme(const CommandLine &line)
{
    const QString option = QStringLiteral("signature-scheme");
    if (!line.has(option))
        return std::nullopt;
    const auto scheme = signatureSchemeNamed(line.value(option));
    if (!scheme)
        return wrong(QStringLiteral("--signature-scheme takes ") +
                     signatureSchemeNames().join(QStringLiteral(", ")));
    return scheme;
}

Result<std::optional<QString>> chosenSignatureHeader(const CommandLine &line)
{
    const QString option = QStringLiteral("signature-header");
    const bool usual = line.has(QStringLiteral("no-") + option);
    if (usual && line.has(option))
        return wrong(QStringLiteral("--signature-header and --no-signature-header exclude each other"));
    if (!usual && !line.has(option))
        return std::nullopt;
    return std::optional(line.value(option));
}

// As it stands in the file, without the line's end that editors and echo add.
Result<Secret> readSecretFile(const QString &name)
{
    const bool isInput = name == QLatin1String("-");
    const QString what = QStringLiteral("read ") + (isInput ? QStringLiteral("the standard input") : name);
    QFile file(name);
    if (!(isInput ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly)))
        return fail(what, file.errorString());
    QByteArray text = file.read(mostSecretBytes);
    if (text.endsWith('\n'))
        text.chop(1);
    if (text.endsWith('\r'))
        text.chop(1);
    if (text.isEmpty())
        return fail(Error::Kind::Refused, what, QStringLiteral("it is empty"));
    return Secret(QString::fromUtf8(text));
}

Done readSigning(const CommandLine &line, EndpointChange &change)
{
    const auto scheme = chosenScheme(line);
    if (!scheme)
        return fail(scheme.error());
    const auto header = chosenSignatureHeader(line);
    if (!header)
        return fail(header.error());
    const auto secret = givenSecret(line);
    if (!secret)
        return fail(secret.error());
    change.signatureScheme = *scheme;
    change.signatureHeader = *header;
    change.secret = *secret;
    change.allowWeakSecret = allowsWeakSecret(line);
    return {};
}

QList<Option> signatureOptions()
{
    return {{"signature-scheme", "S",
             "v1 (Standard Webhooks, HMAC), v1a (Ed25519), hub-sha256 (X-Hub-Signature-256, the new secret "
             "only), "
             "timestamped (t=...,v1=..., one v1 per secret)"},
            {"signature-header", "N", "header that hub-sha256 or timestamped sign in, e.g. Stripe-Signature"},
            {"no-signature-header", {}, "the scheme's usual header"}};
}

} // namespace

Result<QString> namedEndpoint(const CommandLine &line)
{
    const QString option = QStringLiteral("id");
    if (!line.words().isEmpty() && line.has(option))
        return wrong(QStringLiteral("the endpoint is named twice"));
    const QString id = line.words().isEmpty() ? line.value(option) : line.words().constFirst();
    if (id.isEmpty())
        return wrong(QStringLiteral("the endpoint's id is missing"));
    return id;
}

Option endpointIdOption()
{
    return {"id", "ID", "id of the endpoint, instead of the word"};
}

QList<Option> endpointOptions()
{
    const QList<Option> options{
        {"id", "ID", "id of the endpoint; made by the program when a new one has none"},
        {"url", "URL", "http or https"},
        {"filter", "JSON", "event filter: null, [\"user.*\"] or {\"types\": [...], \"payload\": {...}}"},
        {"header", "'Name: value'", "custom header; all of them are replaced", true},
        {"no-headers", {}, "no custom header"},
        {"timeout", "DURATION", "deadline of an attempt: 500ms, 30s, 5m; at most 1h"},
        {"timeout-ms", "N", "the same in milliseconds, 1 to 3600000"},
        {"max-retries", "N", "attempts after the first, 0 to 100"},
        {"retry-schedule", "D,D...",
         "pauses between attempts: 5s,5m,2h, or seconds; empty: the standard schedule"},
        {"max-in-flight", "N", "requests at once from each worker, 1 to 1000"},
        {"rate-limit", "N", "requests a second from all workers; 0: no limit"},
        {"rate-burst", "N", "requests at once after a pause; 0: one second's worth"},
        {"ordered", {}, "jobs of a stream one after the other, by version"},
        {"no-ordered", {}, "jobs as they come"},
        {"description", "T", "for people"},
        {"allow-private-network", {}, "deliver to addresses that are not public"},
        {"no-allow-private-network", {}, "deliver to public addresses only"},
    };
    return options + signatureOptions() + secretOptions() + tlsFileOptions() + QList<Option>{reasonOption()};
}

Result<EndpointChange> endpointChange(const CommandLine &line)
{
    EndpointChange change;
    const auto optional = [&line](const char *name) {
        const QString option = QLatin1String(name);
        return line.has(option) ? std::optional(line.value(option)) : std::nullopt;
    };
    const int least = std::numeric_limits<int>::min(), most = std::numeric_limits<int>::max();
    const auto timeout = chosenTimeout(line);
    const auto retries = line.number(QStringLiteral("max-retries"), least, most);
    const auto headers = chosenHeaders(line);
    const auto schedule = chosenSchedule(line);
    const auto allowPrivate = chosenSwitch(line, QStringLiteral("allow-private-network"));
    const auto inFlight = line.number(QStringLiteral("max-in-flight"), least, most);
    const auto rate = chosenRate(line);
    const auto burst = line.number(QStringLiteral("rate-burst"), least, most);
    const auto ordered = chosenSwitch(line, QStringLiteral("ordered"));
    if (!inFlight)
        return fail(inFlight.error());
    if (!rate)
        return fail(rate.error());
    if (!burst)
        return fail(burst.error());
    if (!ordered)
        return fail(ordered.error());
    if (!timeout)
        return fail(timeout.error());
    if (!retries)
        return fail(retries.error());
    if (!headers)
        return fail(headers.error());
    if (!schedule)
        return fail(schedule.error());
    if (!allowPrivate)
        return fail(allowPrivate.error());
    if (const Done read = readSigning(line, change); !read)
        return fail(read.error());
    if (const Done read = readTlsFiles(line, change); !read)
        return fail(read.error());
    change.url = optional("url");
    change.description = optional("description");
    if (const auto filter = optional("filter"))
        change.eventFilter = filter->toUtf8();
    change.timeoutMs = *timeout;
    change.maxRetries = *retries;
    change.customHeaders = *headers;
    change.retryScheduleSeconds = *schedule;
    change.allowPrivateNetwork = *allowPrivate;
    change.maxInFlight = *inFlight;
    change.rateLimit = *rate;
    change.rateBurst = *burst;
    change.ordered = *ordered;
    change.reason = givenReason(line);
    return change;
}

QList<Option> secretOptions()
{
    return {{"secret", "S",
             "secret to sign with; whsec_ and base64, any text, or whsk_ and an Ed25519 key (v1a); others "
             "see it in "
             "the list of processes, so better:"},
            {"secret-file", "F", "file that holds the secret; -: the standard input"},
            {"weak-secret", {}, "take a secret of fewer than 16 bytes"},
            {"generate-secret", {}, "make a new secret, of the kind that the scheme needs"},
            {"show-secret", {}, "print the secret behind the id"}};
}

Result<std::optional<Secret>> givenSecret(const CommandLine &line)
{
    const QString inFile = QStringLiteral("secret-file");
    const bool isGiven = line.has(QStringLiteral("secret"));
    if (int(isGiven) + int(line.has(inFile)) + int(wantsGeneratedSecret(line)) > 1)
        return wrong(QStringLiteral("--secret, --secret-file and --generate-secret exclude each other"));
    if (isGiven)
        return Secret(line.value(QStringLiteral("secret")));
    if (!line.has(inFile))
        return std::nullopt;
    const auto secret = readSecretFile(line.value(inFile));
    if (!secret)
        return fail(secret.error());
    return std::optional(*secret);
}

bool allowsWeakSecret(const CommandLine &line)
{
    return line.has(QStringLiteral("weak-secret"));
}

bool wantsGeneratedSecret(const CommandLine &line)
{
    return line.has(QStringLiteral("generate-secret"));
}

void printEndpoint(const CommandLine &line, const QString &id, const std::optional<Secret> &secret)
{
    printLine(id);
    if (const QString advice = secret ? secretAdvice(*secret) : QString(); !advice.isEmpty())
        printMessage(QStringLiteral("endpoint %1: %2").arg(id, advice));
    if (secret && isSigningKey(*secret)) {
        if (const auto key = publicKeyOf(*secret))
            printMessage(QStringLiteral("endpoint %1: receivers verify with %2").arg(id, *key));
    }
    if (line.has(QStringLiteral("show-secret")) && secret)
        printLine(secret->reveal());
}

} // namespace signalbox
