#pragma once

#include <QString>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace signalbox {

/// Says on stderr what a blocking act is at, but only what takes longer than two seconds: the rest stands in
/// its result anyway. Told from the thread that acts; says it on a thread of its own.
class SlowProgress
{
public:
    SlowProgress();
    ~SlowProgress();
    SlowProgress(const SlowProgress &) = delete;
    SlowProgress &operator=(const SlowProgress &) = delete;

    void tell(const QString &text);

private:
    void run();

    std::mutex m_mutex;
    std::condition_variable m_changed;
    QString m_text;
    bool m_ends = false;
    std::thread m_thread;
};

} // namespace signalbox
