#include "app/cli/slow_progress.h"

#include "app/cli/output.h"

#include <chrono>

namespace signalbox {

namespace {

constexpr std::chrono::seconds patience{2};

} // namespace

SlowProgress::SlowProgress()
    : m_thread([this] { run(); })
{
}

SlowProgress::~SlowProgress()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ends = true;
    }
    m_changed.notify_one();
    m_thread.join();
}

void SlowProgress::tell(const QString &text)
{
    {
        const std::lock_guard lock(m_mutex);
        m_text = text;
    }
    m_changed.notify_one();
}

void SlowProgress::run()
{
    std::unique_lock lock(m_mutex);
    while (!m_ends) {
        if (m_text.isEmpty()) {
            m_changed.wait(lock);
            continue;
        }
        const QString text = m_text;
        const bool isNews = m_changed.wait_for(lock, patience, [&] { return m_ends || m_text != text; });
        if (isNews)
            continue;
        printMessage(text);
        m_text.clear();
    }
}

} // namespace signalbox
