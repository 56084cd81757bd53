#include "models/read_pace.h"

namespace signalbox {

namespace {

constexpr qint64 restFactor = 9;
constexpr qint64 briefMs = 500; // as cheap as the window's other questions

} // namespace

SearchWatch ReadPace::begin(std::function<void(const SearchProgress &)> progress)
{
    stop();
    m_stop = std::make_shared<std::atomic<bool>>(false);
    m_since.start();
    SearchWatch watch;
    watch.progress = std::move(progress);
    watch.stopRequested = m_stop;
    return watch;
}

void ReadPace::end()
{
    m_restMs = m_since.isValid() && m_since.hasExpired(briefMs) ? restFactor * m_since.elapsed() : 0;
    m_rest.start();
}

void ReadPace::stop()
{
    if (m_stop)
        *m_stop = true;
}

bool ReadPace::mayRepeat() const
{
    return m_restMs == 0 || m_rest.hasExpired(m_restMs);
}

void ReadPace::forget()
{
    m_restMs = 0;
}

} // namespace signalbox
