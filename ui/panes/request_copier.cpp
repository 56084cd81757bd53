#include "ui/panes/request_copier.h"

#include "app/core/console.h"
#include "app/core/curl_command.h"

#include <QClipboard>
#include <QGuiApplication>

namespace signalbox {

namespace {

QString field(const QSqlRecord &record, const char *name)
{
    return record.value(QLatin1String(name)).toString();
}

// What is no object of strings holds no header that could be sent.
QList<HttpHeader> shownHeaders(const QString &json)
{
    QList<HttpHeader> headers = headersFromJson(json.toUtf8()).value_or(QList<HttpHeader>());
    for (HttpHeader &header : headers)
        header = maskedHeader(header);
    return headers;
}

// The rest is written by curlCommand, or by curl.
QList<HttpHeader> customHeaders(const QString &json)
{
    static const QStringList ours{QStringLiteral("host"),         QStringLiteral("content-length"),
                                  QStringLiteral("content-type"), QStringLiteral("accept-encoding"),
                                  QStringLiteral("connection"),   QStringLiteral("user-agent")};
    QList<HttpHeader> headers = shownHeaders(json);
    headers.removeIf([](const HttpHeader &header) {
        const QString name = header.name.toLower();
        return ours.contains(name) || name.startsWith(QLatin1String("webhook-"));
    });
    return headers;
}

QString headerLines(const QString &json)
{
    QString lines;
    for (const HttpHeader &header : shownHeaders(json))
        lines += QStringLiteral("%1: %2\n").arg(header.name, header.value);
    return lines;
}

QByteArray bodyOf(const JsonText &payload)
{
    return compactJson(payload.text).toUtf8();
}

} // namespace

RequestCopier::RequestCopier(const ConsoleServices &services, QObject *parent)
    : QObject(parent)
    , m_services(services)
{
}

void RequestCopier::put(const QString &text, const QString &message)
{
    QGuiApplication::clipboard()->setText(text);
    emit messageRaised(message, false);
}

void RequestCopier::copyText(const QString &text)
{
    put(text, tr("Copied %1").arg(text));
}

void RequestCopier::copyJobAsCurl(const QString &jobId)
{
    m_services.details->jobDetail(jobId, this, [this, jobId](const Result<JobDetail> &detail) {
        if (!detail) {
            emit messageRaised(detail.error().line(), true);
            return;
        }
        put(curlCommand({field(detail->job, "url"), jobId,
                         customHeaders(field(detail->job, "custom_headers")), bodyOf(detail->payload)}),
            tr("Copied as a curl command. Put a signature in before it is sent."));
    });
}

void RequestCopier::copyJobHeaders(const QString &jobId)
{
    m_services.details->jobDetail(jobId, this, [this](const Result<JobDetail> &detail) {
        if (!detail)
            emit messageRaised(detail.error().line(), true);
        else if (const QString lines = headerLines(field(detail->job, "custom_headers")); lines.isEmpty())
            emit messageRaised(tr("The job has no headers of its own"), false);
        else
            put(lines, tr("Copied the headers"));
    });
}

void RequestCopier::copyDeliveryAsCurl(const QString &deliveryId)
{
    m_services.details->deliveryDetail(deliveryId, this, [this](const Result<DeliveryDetail> &detail) {
        if (!detail) {
            emit messageRaised(detail.error().line(), true);
            return;
        }
        const QSqlRecord &delivery = detail->delivery;
        put(curlCommand({field(delivery, "url"), field(delivery, "job_id"),
                         customHeaders(field(delivery, "request_headers")), bodyOf(detail->payload)}),
            tr("Copied as a curl command. Put a signature in before it is sent."));
    });
}

void RequestCopier::copyDeliveryHeaders(const QString &deliveryId)
{
    m_services.details->deliveryDetail(deliveryId, this, [this](const Result<DeliveryDetail> &detail) {
        if (!detail) {
            emit messageRaised(detail.error().line(), true);
            return;
        }
        const QString sent = headerLines(field(detail->delivery, "request_headers"));
        const QString came = headerLines(field(detail->delivery, "response_headers"));
        if (sent.isEmpty() && came.isEmpty())
            emit messageRaised(tr("No headers were recorded"), false);
        else
            put(sent + (sent.isEmpty() || came.isEmpty() ? QString() : QStringLiteral("\n")) + came,
                tr("Copied the headers"));
    });
}

} // namespace signalbox
