#pragma once

#include "app/core/queue_gauges.h"
#include "app/database/database_worker.h"

#include <QTimer>

namespace signalbox {

/// Reads the queue's gauges again and again, on a connection and thread of their own: neither the worker nor
/// who asks for metrics waits for it. The next reading begins an interval after the one before ended, so a
/// slow database is not asked faster than it answers.
class QueueGaugeReader : public QObject
{
    Q_OBJECT
public:
    explicit QueueGaugeReader(int everyMs = 5'000, QObject *parent = nullptr);

    void start(const ConnectionSettings &settings);

signals:
    void gaugesRead(const signalbox::QueueGauges &gauges);
    void failed(const signalbox::Error &error);

private:
    void read();

    DatabaseWorker m_worker;
    QTimer m_timer;
};

} // namespace signalbox
