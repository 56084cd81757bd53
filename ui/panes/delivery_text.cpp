#include "ui/panes/delivery_text.h"

#include "ui/panes/attempt_list.h"

#include <QCoreApplication>

namespace signalbox {

namespace {

QString translated(const char *text)
{
    return QCoreApplication::translate("DeliveryText", text);
}

QString millisecondText(double milliseconds)
{
    return translated("%1 ms").arg(milliseconds, 0, 'f', milliseconds < 10 ? 1 : 0);
}

} // namespace

// What the outcome class means for the receiver (design §4).
QString meaningOf(const QSqlRecord &delivery)
{
    const QString state = outcomeState(delivery);
    if (state == QLatin1String("never-connected"))
        return translated("Nothing was sent: sending it again cannot reach the receiver twice.");
    if (state == QLatin1String("no-answer"))
        return translated("It was sent, but no answer came: the receiver may have processed it.");
    const int code = delivery.value(QStringLiteral("status_code")).toInt();
    if (state == QLatin1String("succeeded"))
        return translated("The receiver has it.");
    if (code >= 300 && code <= 399)
        return translated("A redirect is a failure and is never followed.");
    if (code == 410)
        return translated("The receiver is gone: its endpoint was disabled, its jobs are held.");
    if (code == 429 || code == 503)
        return translated("The receiver asks to slow down; its Retry-After is respected.");
    return translated("The receiver refused it.");
}

// Where the time went, phase by phase; what did not happen, or nobody can tell, is left out.
QString phaseText(const QSqlRecord &delivery)
{
    QStringList phases;
    const auto add = [&](const char *column, const QString &name) {
        const QVariant value = delivery.value(QLatin1String(column));
        if (!value.isNull())
            phases << name + QLatin1Char(' ') + millisecondText(value.toDouble());
    };
    add("dns_ms", translated("DNS"));
    add("connect_ms", translated("connect"));
    add("tls_ms", translated("connect and TLS"));
    if (delivery.value(QStringLiteral("reused_connection")).toBool())
        phases << translated("kept connection"); // stands where connecting would
    add("first_byte_ms", translated("first byte"));
    return phases.join(QStringLiteral(" → "));
}

QString protocolText(const QSqlRecord &delivery)
{
    const QString version = delivery.value(QStringLiteral("http_version")).toString();
    return version.isEmpty() ? QString() : QStringLiteral("HTTP/") + version;
}

bool looksLikeJson(const QString &text)
{
    const QString start = text.left(64).trimmed();
    return start.startsWith(QLatin1Char('{')) || start.startsWith(QLatin1Char('['));
}

} // namespace signalbox
