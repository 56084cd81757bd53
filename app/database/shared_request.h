#pragma once

#include "app/core/result.h"

#include <QList>
#include <QObject>
#include <QPointer>

#include <utility>

namespace signalbox {

/// Several callers who want the same answer at the same time: the question is asked once.
template <typename T> class SharedRequest
{
public:
    /// True when nobody waits yet: the caller asks the question and hands its answer to `answer`.
    bool join(QObject *context, Reply<T> reply)
    {
        m_waiting.append({context, std::move(reply)});
        return m_waiting.size() == 1;
    }

    void answer(const Result<T> &result)
    {
        const auto waiting = std::exchange(m_waiting, {});
        for (const auto &[context, reply] : waiting) {
            if (context)
                reply(result);
        }
    }

private:
    QList<std::pair<QPointer<QObject>, Reply<T>>> m_waiting;
};

} // namespace signalbox
