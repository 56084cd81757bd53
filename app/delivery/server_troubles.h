#pragma once

#include "app/core/result.h"
#include "app/core/worker_report.h"

#include <QElapsedTimer>
#include <QMap>

#include <optional>

namespace signalbox {

/// The acts of a worker that the server answers with an error, each until it succeeds again. That is no lost
/// database: the server is there, and says what is wrong.
class ServerTroubles
{
public:
    /// Whether it is news: the act did not fail before, or for another reason.
    bool add(const QString &act, const Error &error)
    {
        const bool isNew = !m_byAct.contains(act);
        Trouble &trouble = m_byAct[act];
        if (isNew)
            trouble.since.start();
        return std::exchange(trouble.error, error).sqlState != error.sqlState || isNew;
    }
    /// Whether there was trouble with it.
    bool end(const QString &act) { return m_byAct.remove(act) > 0; }
    bool isEmpty() const { return m_byAct.isEmpty(); }

    struct Trouble
    {
        Error error;
        QElapsedTimer since;
    };
    /// The one that lasts for longest; null when there is none.
    const Trouble *longest() const
    {
        const Trouble *found = nullptr;
        for (const Trouble &trouble : m_byAct) {
            if (!found || trouble.since.elapsed() > found->since.elapsed())
                found = &trouble;
        }
        return found;
    }

private:
    QMap<QString, Trouble> m_byAct;
};

} // namespace signalbox
