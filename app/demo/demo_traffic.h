#pragma once

#include "app/core/result.h"
#include "app/database/connection_settings.h"
#include "app/database/database_worker.h"
#include "app/demo/demo_receivers.h"
#include "app/demo/demo_stories.h"

#include <QObject>
#include <QTimer>

#include <vector>

namespace signalbox {

/// Keeps a demo database busy: receivers, endpoints for them, an hour of sample history on the first run,
/// then a few events a second. Lives on the thread that made it; all database work happens on a worker of its
/// own.
class DemoTraffic : public QObject
{
    Q_OBJECT
public:
    explicit DemoTraffic(QObject *parent = nullptr);
    ~DemoTraffic() override;

    void start(const ConnectionSettings &settings);
    qint64 appendedEvents() const { return m_appended; }

signals:
    void started();
    void failed(const signalbox::Error &error);

private:
    struct Running
    {
        Story story;
        QUuid lastEvent;
    };

    void tick();
    void appendNext(qsizetype slot);

    DemoReceivers m_receivers;
    DatabaseWorker m_database;
    QTimer m_timer;
    std::vector<Running> m_stories;
    qint64 m_storyNumber = 0;
    qint64 m_appended = 0;
    bool m_appending = false;
};

} // namespace signalbox
