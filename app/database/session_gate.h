#pragma once

#include "app/core/result.h"

#include <QDeadlineTimer>
#include <QMap>
#include <QMutex>
#include <QWaitCondition>

#include <algorithm>
#include <optional>

namespace signalbox {

/// Which of several sessions do not stand, and why. A worker whose records have no session must not claim: it
/// would send what it cannot record. Any thread.
class SessionGate
{
public:
    /// A session that has not said yet how its try to connect ended.
    void connecting(const QString &session)
    {
        const QMutexLocker lock(&m_mutex);
        m_missing.insert(session, std::nullopt);
    }
    void missing(const QString &session, const QString &why)
    {
        const QMutexLocker lock(&m_mutex);
        m_missing.insert(session, why);
        m_changed.wakeAll();
    }
    void stands(const QString &session)
    {
        const QMutexLocker lock(&m_mutex);
        m_missing.remove(session);
        m_changed.wakeAll();
    }
    /// Nobody waits any longer.
    void close()
    {
        const QMutexLocker lock(&m_mutex);
        m_isClosed = true;
        m_changed.wakeAll();
    }

    /// None when all stand. Waits up to `patienceMs` for those that are connecting: one that takes its time
    /// is no lost database. Never on the window's thread.
    std::optional<Error> problem(int patienceMs)
    {
        const QMutexLocker lock(&m_mutex);
        const QDeadlineTimer deadline(patienceMs);
        while (!m_isClosed && isConnecting() && m_changed.wait(&m_mutex, deadline)) {
        }
        if (m_missing.isEmpty())
            return std::nullopt;
        return Error{Error::Kind::Unavailable,
                     QStringLiteral("the worker's session for ") + m_missing.firstKey(),
                     m_missing.first().value_or(QStringLiteral("it is not connected yet")),
                     QStringLiteral("nothing is claimed before all its sessions stand"),
                     {},
                     -1};
    }

private:
    bool isConnecting() const
    {
        return std::any_of(m_missing.begin(), m_missing.end(), [](const auto &why) { return !why; });
    }

    QMutex m_mutex;
    QWaitCondition m_changed;
    QMap<QString, std::optional<QString>> m_missing; ///< session, why it does not stand
    bool m_isClosed = false;
};

} // namespace signalbox
