#pragma once

#include "app/core/result.h"

#include <QMap>
#include <QMutex>

#include <optional>

namespace signalbox {

/// Which of several sessions do not stand, and why. A worker whose records have no session must not claim: it
/// would send what it cannot record. Any thread.
class SessionGate
{
public:
    void missing(const QString &session, const QString &why)
    {
        const QMutexLocker lock(&m_mutex);
        m_missing[session] = why;
    }
    void stands(const QString &session)
    {
        const QMutexLocker lock(&m_mutex);
        m_missing.remove(session);
    }
    /// None when all stand.
    std::optional<Error> problem() const
    {
        const QMutexLocker lock(&m_mutex);
        if (m_missing.isEmpty())
            return std::nullopt;
        return Error{Error::Kind::Unavailable,
                     QStringLiteral("the worker's session for ") + m_missing.firstKey(),
                     m_missing.first(),
                     QStringLiteral("nothing is claimed before all its sessions stand"),
                     {},
                     -1};
    }

private:
    mutable QMutex m_mutex;
    QMap<QString, QString> m_missing;
};

} // namespace signalbox
