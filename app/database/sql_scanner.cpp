#include "app/database/sql_scanner.h"

#include <QRegularExpression>

namespace signalbox {

namespace {

bool isWordCharacter(QChar character)
{
    return character.isLetterOrNumber() || character == '_' || character == '$';
}

} // namespace

qsizetype SqlScanner::next(qsizetype at) const
{
    const QChar character = m_sql.at(at);
    if (startsComment(at))
        return afterComment(at);
    if (character == '\'')
        return afterQuote(at, hasEscapes(at));
    if (character == '"')
        return afterQuote(at, false);
    if (character == '$' && (at == 0 || !isWordCharacter(m_sql.at(at - 1))))
        return afterDollarQuote(at);
    return at + 1;
}

bool SqlScanner::startsComment(qsizetype at) const
{
    const QStringView two = QStringView(m_sql).mid(at, 2);
    return two == QLatin1String("--") || two == QLatin1String("/*");
}

qsizetype SqlScanner::afterComment(qsizetype at) const
{
    if (m_sql.at(at) == '-') {
        const qsizetype end = m_sql.indexOf('\n', at);
        return end < 0 ? m_sql.size() : end + 1;
    }
    int depth = 0;
    while (at < m_sql.size()) {
        const QStringView two = QStringView(m_sql).mid(at, 2);
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

// E'…' knows backslashes; the E must not be the end of a word.
bool SqlScanner::hasEscapes(qsizetype at) const
{
    return at > 0 && m_sql.at(at - 1).toUpper() == 'E' && (at == 1 || !isWordCharacter(m_sql.at(at - 2)));
}

qsizetype SqlScanner::afterQuote(qsizetype at, bool escapes) const
{
    const QChar quote = m_sql.at(at);
    for (++at; at < m_sql.size(); ++at) {
        if (escapes && m_sql.at(at) == '\\')
            ++at;
        else if (m_sql.at(at) == quote)
            return at + 1; // a doubled quote is simply two quotes in a row
    }
    return m_sql.size();
}

qsizetype SqlScanner::afterDollarQuote(qsizetype at) const
{
    static const QRegularExpression opening(QStringLiteral("\\$([\\p{L}_][\\p{L}\\p{N}_]*)?\\$"));
    const auto match = opening.match(m_sql, at, QRegularExpression::NormalMatch,
                                     QRegularExpression::AnchorAtOffsetMatchOption);
    if (!match.hasMatch())
        return at + 1;
    const qsizetype end = m_sql.indexOf(match.captured(), match.capturedEnd());
    return end < 0 ? m_sql.size() : end + match.capturedLength();
}

} // namespace signalbox
