#include "app/delivery/signed_request.h"

#include "app/core/credentials.h"
#include "app/core/http_header.h"
#include "app/core/signature.h"
#include "app/core/version.h"

namespace signalbox {

namespace {

void add(SignedHeaders &headers, const char *name, const QByteArray &value)
{
    headers.sent.append({name, value});
    headers.stored.append({QString::fromLatin1(name), QString::fromLatin1(value)});
}

void addMasked(SignedHeaders &headers, const QString &name, const QByteArray &value)
{
    headers.sent.append({name.toLatin1(), value});
    headers.stored.append({name, QLatin1String(maskedValue)});
}

// Saving refuses a custom header of that name; a job may still carry one from before.
Done checkCollision(const CustomHeaders &custom, const QString &signatureHeader)
{
    for (const HttpHeader &header : custom.stored) {
        if (header.name.compare(signatureHeader, Qt::CaseInsensitive) == 0)
            return fail(Error::Kind::Refused, QStringLiteral("header"),
                        QStringLiteral("%1 carries the signature and is a custom header of the job too")
                            .arg(header.name));
    }
    return {};
}

Done addSchemeHeader(SignedHeaders &headers, const ClaimedJob &job, const CustomHeaders &custom,
                     qint64 timestamp)
{
    const QString name = schemeHeaderName(job.signatureScheme, job.signatureHeader);
    if (name.isEmpty())
        return {};
    if (Done free = checkCollision(custom, name); !free)
        return free;
    // The column may have been written by another program.
    if (Done valid = validateSignatureHeader(job.signatureScheme, name, {}); !valid)
        return valid;
    const auto signature = schemeSignature(job.signatureScheme, timestamp, job.payload, job.secrets);
    if (!signature)
        return fail(signature.error());
    addMasked(headers, name, *signature);
    return {};
}

} // namespace

Result<SignedHeaders> signRequest(const ClaimedJob &job, const CustomHeaders &custom, const Clock &clock)
{
    static const QByteArray agent = QByteArray("Signalbox/") + version;
    const QByteArray id = job.id.toByteArray(QUuid::WithoutBraces);
    const qint64 timestamp = clock.now().toSecsSinceEpoch();
    const auto signature = webhookSignature(id, timestamp, job.payload, job.secrets);
    if (!signature)
        return fail(signature.error());
    SignedHeaders headers;
    add(headers, "Content-Type", "application/json");
    add(headers, "User-Agent", agent);
    add(headers, "webhook-id", id);
    add(headers, "webhook-timestamp", QByteArray::number(timestamp));
    addMasked(headers, QStringLiteral("webhook-signature"), *signature);
    if (const Done added = addSchemeHeader(headers, job, custom, timestamp); !added)
        return fail(added.error());
    headers.sent += custom.sent;
    headers.stored += custom.stored;
    return headers;
}

} // namespace signalbox
