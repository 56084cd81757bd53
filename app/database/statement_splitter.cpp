#include "app/database/statement_splitter.h"

#include <QRegularExpression>

namespace signalbox {

namespace {

bool isWordCharacter(QChar character)
{
    return character.isLetterOrNumber() || character == '_' || character == '$';
}

// Finds the end of what starts at a position: each function returns the position after it.
class Scanner
{
public:
    explicit Scanner(const QString &script)
        : m_script(script)
    {
    }

    // Steps over a quote, dollar quote or comment that starts here, or over one character.
    qsizetype next(qsizetype at) const
    {
        const QChar character = m_script.at(at);
        if (startsComment(at))
            return afterComment(at);
        if (character == '\'')
            return afterQuote(at, hasEscapes(at));
        if (character == '"')
            return afterQuote(at, false);
        if (character == '$' && (at == 0 || !isWordCharacter(m_script.at(at - 1))))
            return afterDollarQuote(at);
        return at + 1;
    }

    bool startsComment(qsizetype at) const
    {
        const QStringView two = QStringView(m_script).mid(at, 2);
        return two == QLatin1String("--") || two == QLatin1String("/*");
    }

    qsizetype afterComment(qsizetype at) const
    {
        if (m_script.at(at) == '-') {
            const qsizetype end = m_script.indexOf('\n', at);
            return end < 0 ? m_script.size() : end + 1;
        }
        int depth = 0;
        while (at < m_script.size()) {
            const QStringView two = QStringView(m_script).mid(at, 2);
            if (two == QLatin1String("/*")) {
                ++depth;
                at += 2;
            } else if (two == QLatin1String("*/")) {
                at += 2;
                if (--depth == 0)
                    return at;
            } else {
                ++at;
            }
        }
        return at;
    }

private:
    // E'…' knows backslashes; the E must not be the end of a word.
    bool hasEscapes(qsizetype at) const
    {
        return at > 0 && m_script.at(at - 1).toUpper() == 'E' &&
               (at == 1 || !isWordCharacter(m_script.at(at - 2)));
    }

    qsizetype afterQuote(qsizetype at, bool escapes) const
    {
        const QChar quote = m_script.at(at);
        for (++at; at < m_script.size(); ++at) {
            if (escapes && m_script.at(at) == '\\')
                ++at;
            else if (m_script.at(at) == quote)
                return at + 1; // a doubled quote is simply two quotes in a row
        }
        return m_script.size();
    }

    qsizetype afterDollarQuote(qsizetype at) const
    {
        static const QRegularExpression opening(QStringLiteral("\\$([\\p{L}_][\\p{L}\\p{N}_]*)?\\$"));
        const auto match = opening.match(m_script, at, QRegularExpression::NormalMatch,
                                         QRegularExpression::AnchorAtOffsetMatchOption);
        if (!match.hasMatch())
            return at + 1;
        const qsizetype end = m_script.indexOf(match.captured(), match.capturedEnd());
        return end < 0 ? m_script.size() : end + match.capturedLength();
    }

    const QString &m_script;
};

} // namespace

QList<Statement> splitStatements(const QString &script)
{
    const Scanner scanner(script);
    QList<Statement> statements;
    qsizetype start = -1;
    const auto finish = [&](qsizetype end) {
        if (start >= 0) {
            const int line = 1 + int(QStringView(script).left(start).count(QChar('\n')));
            statements.append({script.mid(start, end - start).trimmed(), line});
        }
        start = -1;
    };
    qsizetype at = 0;
    while (at < script.size()) {
        if (script.at(at) == ';') {
            finish(at++);
            continue;
        }
        if (start < 0 && !script.at(at).isSpace() && !scanner.startsComment(at))
            start = at;
        at = scanner.next(at);
    }
    finish(script.size());
    return statements;
}

} // namespace signalbox
