#include "app/delivery/signed_request.h"

#include "app/core/http_header.h"
#include "app/core/signature.h"
#include "app/core/version.h"

namespace signalbox {

namespace {

Result<QList<HttpHeader>> customHeaders(const ClaimedJob &job)
{
    if (!job.invalidHeaders.isEmpty()) {
        return fail(Error::Kind::Refused, QStringLiteral("invalid custom headers"),
                    QStringLiteral("the job's custom_headers are no object of strings"));
    }
    if (const Done valid = validateCustomHeaders(job.headers); !valid)
        return fail(valid.error());
    return job.headers;
}

} // namespace

Result<SignedHeaders> signRequest(const ClaimedJob &job, const Clock &clock)
{
    const auto custom = customHeaders(job);
    if (!custom)
        return fail(custom.error());
    const QString id = job.id.toString(QUuid::WithoutBraces);
    const qint64 timestamp = clock.now().toSecsSinceEpoch();
    const auto signature = webhookSignature(id.toLatin1(), timestamp, job.payload, job.secrets);
    if (!signature)
        return fail(signature.error());

    SignedHeaders headers;
    headers.sent = {{QStringLiteral("Content-Type"), QStringLiteral("application/json")},
                    {QStringLiteral("User-Agent"), QStringLiteral("Signalbox/") + QLatin1String(version)},
                    {QStringLiteral("webhook-id"), id},
                    {QStringLiteral("webhook-timestamp"), QString::number(timestamp)}};
    headers.stored = headers.sent;
    headers.sent.append({QStringLiteral("webhook-signature"), QString::fromLatin1(*signature)});
    headers.stored.append({QStringLiteral("webhook-signature"), QLatin1String(maskedValue)});
    for (const HttpHeader &header : *custom) {
        headers.sent.append(header);
        headers.stored.append(
            looksLikeCredential(header.name) ? HttpHeader{header.name, QLatin1String(maskedValue)} : header);
    }
    return headers;
}

} // namespace signalbox
