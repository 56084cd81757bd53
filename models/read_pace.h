#pragma once

#include "app/core/page_source.h"

#include <QElapsedTimer>

#include <memory>

namespace signalbox {

/// Reads of a model that may take long: each can be ended early, and one that took its time is not repeated
/// at the window's pace. At most a tenth of the time goes into repeating it.
class ReadPace
{
public:
    /// A read starts; an earlier one still under way is ended. What it is to be watched by.
    SearchWatch begin(std::function<void(const SearchProgress &)> progress);
    void end();
    /// The read under way comes back with what it has found so far.
    void stop();
    /// Whether what was read may be read again by itself.
    bool mayRepeat() const;
    void forget(); ///< the next read is another question

private:
    std::shared_ptr<std::atomic<bool>> m_stop;
    QElapsedTimer m_since;
    QElapsedTimer m_rest;
    qint64 m_restMs = 0;
};

} // namespace signalbox
