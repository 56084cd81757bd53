#include "app/core/filter_lexer.h"

namespace signalbox {

namespace {

class Cutter
{
public:
    explicit Cutter(const QString &text)
        : m_text(text)
    {
    }

    Result<QList<FilterWord>> cut()
    {
        QList<FilterWord> words;
        while (skipSpace()) {
            FilterWord word;
            if (Done done = cutWord(word); !done)
                return fail(done.error());
            word.length = m_at - word.position;
            words << word;
        }
        return words;
    }

private:
    bool skipSpace()
    {
        while (m_at < m_text.size() && m_text[m_at].isSpace())
            ++m_at;
        return m_at < m_text.size();
    }

    bool isAt(char character) const { return m_at < m_text.size() && m_text[m_at] == QLatin1Char(character); }

    Done cutWord(FilterWord &word)
    {
        word.position = m_at;
        if (isAt('-')) {
            word.negated = true;
            ++m_at;
        }
        const qsizetype start = m_at;
        const auto name = cutPiece(QStringLiteral(".:"));
        if (!name)
            return fail(name.error());
        word.name = name->text;
        while (isAt('.')) {
            ++m_at;
            const auto key = cutPiece(QStringLiteral(".:"));
            if (!key)
                return fail(key.error());
            word.path << *key;
        }
        if (!isAt(':')) {
            m_at = start;
            auto bare = cutPiece({});
            if (!bare)
                return fail(bare.error());
            word.bare = *bare;
            return {};
        }
        word.hasColon = true;
        do {
            ++m_at;
            const auto value = cutPiece(QStringLiteral(","));
            if (!value)
                return fail(value.error());
            word.values << *value;
        } while (isAt(','));
        return {};
    }

    // Reads to the next space or one of `ends`, both outside quotes.
    Result<FilterText> cutPiece(const QString &ends)
    {
        FilterText piece;
        piece.position = m_at;
        while (m_at < m_text.size() && !m_text[m_at].isSpace() && !ends.contains(m_text[m_at])) {
            if (isAt('"')) {
                if (Done done = cutQuoted(piece); !done)
                    return fail(done.error());
                continue;
            }
            piece.text += m_text[m_at++];
            piece.quoted << false;
        }
        return piece;
    }

    Done cutQuoted(FilterText &piece)
    {
        const qsizetype opening = m_at++;
        while (m_at < m_text.size() && !isAt('"')) {
            if (isAt('\\') && m_at + 1 < m_text.size())
                ++m_at;
            piece.text += m_text[m_at++];
            piece.quoted << true;
        }
        if (m_at == m_text.size()) {
            return fail(Error{Error::Kind::Usage,
                              QStringLiteral("filter"),
                              QStringLiteral("the quote never ends"),
                              QStringLiteral("close it with \""),
                              {},
                              opening});
        }
        ++m_at;
        return {};
    }

    const QString &m_text;
    qsizetype m_at = 0;
};

} // namespace

qsizetype FilterText::indexOf(const QString &operatorText) const
{
    for (qsizetype at = text.indexOf(operatorText); at >= 0; at = text.indexOf(operatorText, at + 1)) {
        if (!quoted.mid(at, operatorText.size()).contains(true))
            return at;
    }
    return -1;
}

bool FilterText::startsWith(const QString &operatorText) const
{
    return text.startsWith(operatorText) && !quoted.first(operatorText.size()).contains(true);
}

FilterText FilterText::mid(qsizetype from, qsizetype count) const
{
    return {text.mid(from, count), quoted.mid(from, count), position + from};
}

Result<QList<FilterWord>> cutFilter(const QString &text)
{
    return Cutter(text).cut();
}

} // namespace signalbox
