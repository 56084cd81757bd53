#include "app/core/credentials.h"
#include "app/core/http_header.h"
#include "tests/fuzz/fuzz_target.h"

// Custom headers: nothing accepted can start another header or request, and no credential is shown.

namespace signalbox {

namespace {

bool isOneLine(const QString &text)
{
    return !text.contains('\r') && !text.contains('\n') && !text.contains(QChar(0));
}

void checkLine(const QString &line)
{
    const Result<HttpHeader> header = parseCustomHeader(line);
    if (!header)
        return;
    always(validateCustomHeader(*header).has_value(), "a parsed header is valid");
    always(isOneLine(header->name) && isOneLine(header->value), "a header is one line");
    always(!header->name.isEmpty() && !header->name.contains(':') && !header->name.contains(' '),
           "a name is a token");
    always(!header->name.startsWith(QLatin1String("webhook-"), Qt::CaseInsensitive),
           "webhook headers belong to the delivery");
    always(header->value.toUtf8().size() <= 4096, "a value keeps its limit");
    always(parseCustomHeader(header->name + QStringLiteral(": ") + header->value) == *header,
           "a header reads back as itself");
}

void checkJson(const QByteArray &json)
{
    const Result<QList<HttpHeader>> headers = headersFromJson(json);
    const QByteArray masked = maskedHeadersJson(json);
    const Result<QList<HttpHeader>> shown = headersFromJson(masked);
    always(headers.has_value() == shown.has_value(), "masked text keeps its kind");
    if (!headers) {
        always(masked == "\"***\"", "text that cannot be read is masked whole");
        return;
    }
    for (const HttpHeader &header : *shown) {
        if (looksLikeCredential(header.name))
            always(header.value == QLatin1String(maskedValue), "credentials are masked");
    }
    if (validateCustomHeaders(*headers)) {
        always(shown->size() == headers->size(), "masking keeps every header");
        always(headersFromJson(headersToJson(*headers)) == *headers, "valid headers survive being stored");
    }
}

} // namespace

void fuzzOne(const QByteArray &input)
{
    checkLine(QString::fromUtf8(input));
    checkJson(input);
}

} // namespace signalbox
