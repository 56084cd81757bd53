#pragma once

#include "app/database/numbered_sql.h"

#include <QByteArrayList>
#include <QHash>
#include <QString>

#include <list>

namespace signalbox {

/// What a session knows of its most recent statements. Bounded: a console writes another statement for each
/// filter, and the server keeps what is prepared until the session ends.
class StatementCache
{
public:
    struct Statement
    {
        QString sql;
        NumberedSql numbered;
        int uses = 0;
        QByteArray name; ///< of the prepared statement on the server; empty when there is none
    };

    explicit StatementCache(qsizetype capacity)
        : m_capacity(capacity)
    {
    }

    /// The statement of this text, which becomes the most recent one; another may fall out for it.
    Statement &find(const QString &sql);
    /// Its prepared statement is to be given up.
    void forgetPrepared(Statement &statement);
    /// Prepared statements of those that fell out, for the server to forget.
    QByteArrayList takeDropped() { return std::exchange(m_dropped, {}); }
    bool hasDropped() const { return !m_dropped.isEmpty(); }
    qsizetype size() const { return m_byText.size(); }

private:
    std::list<Statement> m_recent; ///< most recent first
    QHash<QString, std::list<Statement>::iterator> m_byText;
    QByteArrayList m_dropped;
    qsizetype m_capacity;
};

} // namespace signalbox
