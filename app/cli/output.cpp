#include "app/cli/output.h"

#include "app/platform/logging.h"

#include <cstdio>

namespace signalbox {

QString terminalText(QString text)
{
    for (QChar &character : text) {
        const QChar::Category category = character.category();
        if (category == QChar::Other_Control || category == QChar::Other_Format ||
            category == QChar::Separator_Line || category == QChar::Separator_Paragraph)
            character = '?';
    }
    return text;
}

void printData(const QByteArray &text)
{
    std::fwrite(text.constData(), 1, std::size_t(text.size()), stdout);
}

void printLine(const QString &line)
{
    printData(terminalText(line).toUtf8() + '\n');
}

void printMessage(const QString &text)
{
    // Who asked for lines of JSON reads nothing else.
    if (logFormat() == LogFormat::Json)
        return writeEvent({LogLevel::Info, QStringLiteral("command"), text.simplified(), {}});
    const QByteArray line = "signalbox: " + terminalText(text.simplified()).toUtf8() + '\n';
    std::fwrite(line.constData(), 1, std::size_t(line.size()), stderr);
}

void printError(const Error &error)
{
    Error shown = error;
    if (shown.kind == Error::Kind::Usage && shown.position >= 0)
        shown.why += QStringLiteral(", at character %1").arg(shown.position + 1);
    if (logFormat() == LogFormat::Json)
        writeEvent({LogLevel::Error, QStringLiteral("command"), shown.line(), {}});
    else
        printMessage(shown.line());
}

bool flushData()
{
    return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

} // namespace signalbox
