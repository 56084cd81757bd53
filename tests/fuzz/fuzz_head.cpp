#include "app/delivery/response_head.h"
#include "tests/fuzz/fuzz_target.h"

// The head of an answer, as libcurl hands it over: line by line, each with whatever bytes the receiver put
// there.

namespace signalbox {

namespace {

bool isStorable(const QString &text)
{
    return !text.contains(QChar(0)) && QString::fromUtf8(text.toUtf8()) == text;
}

void checkKept(const ResponseHead &head)
{
    const KeptHeaders kept = keptHeaders(head.headers());
    qsizetype characters = 0;
    for (const HttpHeader &header : kept.headers) {
        always(isStorable(header.name) && isStorable(header.value),
               "what is kept is text that PostgreSQL takes");
        characters += header.name.size() + header.value.size();
    }
    always(characters <= 64 * 1024, "what is kept stays within its limit");
    always(kept.areCut || kept.headers.size() == head.headers().size(), "nothing is left out silently");
}

} // namespace

void fuzzOne(const QByteArray &input)
{
    ResponseHead head;
    qsizetype from = 0;
    while (from < input.size()) {
        const qsizetype end = input.indexOf('\n', from);
        const QByteArray line = end < 0 ? input.mid(from) : input.mid(from, end - from + 1);
        from += line.size();
        const bool goesOn = head.takeLine(line);
        always(goesOn != head.isCut(), "only a head that is too large ends the exchange");
        if (!goesOn)
            break;
        always(head.status() >= -99 && head.status() <= 999, "a status has three characters");
    }
    always(head.isCut() == (input.size() > ResponseHead::limit), "a head is cut at its limit, not before");
    checkKept(head);
}

} // namespace signalbox
