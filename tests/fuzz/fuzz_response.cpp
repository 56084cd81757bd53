#include "app/delivery/response_text.h"
#include "tests/fuzz/fuzz_target.h"

#include <QStringDecoder>

// What a receiver answers must come out as text that PostgreSQL takes, and not grow.

namespace signalbox {

namespace {

bool isStorable(const QByteArray &text)
{
    QStringDecoder decoder(QStringDecoder::Utf8,
                           QStringDecoder::Flag::Stateless | QStringDecoder::Flag::ConvertInitialBom);
    const QString decoded = decoder(text);
    return !text.contains('\0') && !decoder.hasError() && decoded.toUtf8() == text;
}

void checkBody(const QByteArray &raw, qsizetype limit)
{
    const QByteArray text = storableText(raw, limit);
    always(text.size() <= limit, "the text keeps its limit");
    always(isStorable(text), "the text is valid UTF-8 without NUL");
    always(storableText(text, limit) == text, "storing stored text changes nothing");
    if (isStorable(raw) && raw.size() <= limit)
        always(text == raw, "text that is fine stays as it is");
}

void checkString(const QByteArray &raw, qsizetype limit)
{
    const QByteArray text = storableString(raw, limit).toUtf8();
    always(text.size() <= limit && isStorable(text), "a header's part is text within its limit");
}

} // namespace

void fuzzOne(const QByteArray &input)
{
    const Parameter parameter(input);
    checkBody(parameter.rest, parameter.number);
    checkBody(parameter.rest, responseLimit);
    checkString(parameter.rest, parameter.number);
}

} // namespace signalbox
