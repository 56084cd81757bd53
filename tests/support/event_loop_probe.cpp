#include "tests/support/event_loop_probe.h"

#include <QElapsedTimer>
#include <QEvent>
#include <QThread>

#include <fcntl.h>
#include <unistd.h>

namespace signalbox {

namespace {

// Nanoseconds this thread was ready to run and had no processor: the second figure of schedstat.
qint64 waitedForProcessor()
{
    static const int file = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    char text[128] = {};
    if (file < 0 || pread(file, text, sizeof(text) - 1, 0) <= 0)
        return 0;
    return QByteArray(text).split(' ').value(1).toLongLong();
}

} // namespace

void ProbedApplication::startProbe()
{
    m_probing = true;
    m_longestMs = 0;
    m_longestWallMs = 0;
    m_events = 0;
    m_longestWas.clear();
}

bool ProbedApplication::notify(QObject *receiver, QEvent *event)
{
    // Qt brings the events of every thread through here.
    if (QThread::currentThread() != thread() || !m_probing || m_depth > 0)
        return QApplication::notify(receiver, event);
    // Events inside an event belong to the outer one.
    ++m_depth;
    const QString what =
        QString::fromLatin1(receiver->metaObject()->className()) + " event " + QString::number(event->type());
    const qint64 waitedBefore = waitedForProcessor();
    QElapsedTimer timer;
    timer.start();
    const bool handled = QApplication::notify(receiver, event);
    const qint64 wall = timer.nsecsElapsed();
    const double busyMs = double(wall - (waitedForProcessor() - waitedBefore)) / 1e6;
    ++m_events;
    m_longestWallMs = qMax(m_longestWallMs, double(wall) / 1e6);
    if (busyMs > m_longestMs) {
        m_longestMs = busyMs;
        m_longestWas = what;
    }
    --m_depth;
    return handled;
}

} // namespace signalbox
