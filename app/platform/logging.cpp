#include "app/platform/logging.h"

#include <QRegularExpression>

#include <cstdio>
#include <cstdlib>

namespace signalbox {

Q_LOGGING_CATEGORY(logConsole, "signalbox.console", QtInfoMsg)
Q_LOGGING_CATEGORY(logWorker, "signalbox.worker", QtInfoMsg)

namespace {

// What Qt says beside an ended database session: the error of the act that met it says it better, once.
bool isEchoOfLostSession(const QString &message)
{
    return message.startsWith(QLatin1String("Unable to free statement")) ||
           message.startsWith(QLatin1String("QSocketNotifier: Invalid socket"));
}

void writeMessage(QtMsgType type, const QMessageLogContext &, const QString &message)
{
    if (type != QtFatalMsg && isEchoOfLostSession(message))
        return;
    const QByteArray line = logLine(message).toUtf8() + '\n';
    std::fwrite(line.constData(), 1, static_cast<std::size_t>(line.size()), stderr);
    std::fflush(stderr);
    if (type == QtFatalMsg)
        std::abort();
}

} // namespace

QString logLine(const QString &message)
{
    // Secret has no streaming operator; this catches what libraries say, e.g. a connection string in an
    // error.
    static const QRegularExpression uriPassword(QStringLiteral("(://[^\\s:/@]*:)[^\\s@]*@"));
    static const QRegularExpression keyword(
        QStringLiteral("\\b(password|secret)(\\s*[=:]\\s*)('[^']*'|\"[^\"]*\"|\\S+)"),
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression webhookSecret(QStringLiteral("\\bwhsec_[A-Za-z0-9+/=_-]+"));
    static const QRegularExpression lineBreaks(QStringLiteral("\\s*[\\r\\n]+\\s*"));

    QString line = message.trimmed();
    line.replace(lineBreaks, QStringLiteral(" "));
    line.replace(uriPassword, QStringLiteral("\\1***@"));
    line.replace(keyword, QStringLiteral("\\1\\2***"));
    line.replace(webhookSecret, QStringLiteral("whsec_***"));
    return line.startsWith(QStringLiteral("signalbox: ")) ? line : QStringLiteral("signalbox: ") + line;
}

void installMessageHandler()
{
    qInstallMessageHandler(writeMessage);
}

} // namespace signalbox
