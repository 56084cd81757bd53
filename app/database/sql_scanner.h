#pragma once

#include <QString>

namespace signalbox {

/// Finds its way through SQL text: where quotes ('…', E'…', "…"), dollar quotes ($$…$$, $tag$…$tag$) and
/// comments (--, nested /* */) end. Keeps a reference to the text.
class SqlScanner
{
public:
    explicit SqlScanner(const QString &sql)
        : m_sql(sql)
    {
    }

    /// Steps over a quote, dollar quote or comment that starts here, or over one character.
    qsizetype next(qsizetype at) const;
    bool startsComment(qsizetype at) const;

private:
    qsizetype afterComment(qsizetype at) const;
    bool hasEscapes(qsizetype at) const;
    qsizetype afterQuote(qsizetype at, bool escapes) const;
    qsizetype afterDollarQuote(qsizetype at) const;

    const QString &m_sql;
};

} // namespace signalbox
