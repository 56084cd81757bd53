#include "app/core/curl_command.h"

#include <QStringList>

namespace signalbox {

QString shellQuoted(const QString &text)
{
    QString quoted = text;
    return QLatin1Char('\'') + quoted.replace(QLatin1Char('\''), QStringLiteral("'\\''")) + QLatin1Char('\'');
}

QString curlCommand(const CurlRequest &request)
{
    const auto header = [](const QString &name, const QString &value) {
        return QStringLiteral("-H ") + shellQuoted(name + QStringLiteral(": ") + value);
    };
    const bool isLong = request.body.size() > longestCurlBody;
    QStringList lines{QStringLiteral("curl -X POST ") + shellQuoted(request.url),
                      header(QStringLiteral("Content-Type"), QStringLiteral("application/json")),
                      header(QStringLiteral("webhook-id"), request.webhookId),
                      QStringLiteral("-H \"webhook-timestamp: $(date +%s)\""),
                      header(QStringLiteral("webhook-signature"), QStringLiteral("v1,SIGNATURE"))};
    for (const HttpHeader &custom : request.headers)
        lines << header(custom.name, custom.value);
    lines << QStringLiteral("--data-binary ") +
                 (isLong ? QStringLiteral("@payload.json") : shellQuoted(QString::fromUtf8(request.body)));
    const QString command = lines.join(QStringLiteral(" \\\n  ")) + QLatin1Char('\n');
    if (!isLong)
        return command;
    return QStringLiteral("# The body of %1 bytes is left out: save it as payload.json.\n")
               .arg(request.body.size()) +
           command;
}

QString compactJson(const QString &pretty)
{
    QString compact;
    compact.reserve(pretty.size());
    bool inString = false;
    bool isEscaped = false;
    for (qsizetype at = 0; at < pretty.size(); ++at) {
        const QChar character = pretty.at(at);
        if (!inString && character == QLatin1Char('\n')) {
            if (compact.endsWith(QLatin1Char(',')))
                compact += QLatin1Char(' ');
            while (at + 1 < pretty.size() && pretty.at(at + 1) == QLatin1Char(' '))
                ++at;
            continue;
        }
        compact += character;
        if (character == QLatin1Char('"') && !isEscaped)
            inString = !inString;
        isEscaped = inString && character == QLatin1Char('\\') && !isEscaped;
    }
    return compact;
}

} // namespace signalbox
