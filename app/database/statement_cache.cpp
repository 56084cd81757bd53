#include "app/database/statement_cache.h"

namespace signalbox {

StatementCache::Statement &StatementCache::find(const QString &sql)
{
    if (const auto known = m_byText.constFind(sql); known != m_byText.cend()) {
        m_recent.splice(m_recent.begin(), m_recent, *known);
        return m_recent.front();
    }
    if (m_byText.size() >= m_capacity) {
        forgetPrepared(m_recent.back());
        m_byText.remove(m_recent.back().sql);
        m_recent.pop_back();
    }
    m_recent.push_front({sql, numberPlaceholders(sql), 0, {}});
    m_byText.insert(sql, m_recent.begin());
    return m_recent.front();
}

void StatementCache::forgetPrepared(Statement &statement)
{
    if (!statement.name.isEmpty())
        m_dropped << std::exchange(statement.name, {});
}

} // namespace signalbox
