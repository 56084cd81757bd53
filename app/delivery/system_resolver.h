#pragma once

#include "app/delivery/name_cache.h"
#include "app/delivery/resolver.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QPointer>

#include <memory>
#include <vector>

namespace signalbox {

/// The system's resolver, as a worker needs it: names that do not answer keep no other name waiting, one
/// lookup at a time of each name, whatever the number of jobs that wait for it, and a cache. Follows changes
/// of /etc/resolv.conf. Belongs to the thread that calls it first.
class SystemResolver final : public Resolver
{
public:
    explicit SystemResolver(const NameServerOptions &options = {});
    ~SystemResolver() override;

    void resolve(const QString &name, QObject *context, Reply<QList<QHostAddress>> reply) override;

private:
    struct Waiter
    {
        QPointer<QObject> context;
        Reply<QList<QHostAddress>> reply;
    };
    NameServers &servers();
    void answer(const QString &name, const NameAnswer &answer);
    void answerStale(const QString &name);

    NameServerOptions m_options;
    NameCache m_cache;
    QElapsedTimer m_time;
    QElapsedTimer m_sinceLook; ///< at the file of settings
    QDateTime m_settingsFrom;
    QHash<QString, QList<Waiter>> m_waiters;  ///< by name that is being looked up
    std::shared_ptr<SystemResolver *> m_self; ///< what waits for a moment asks whether this is still there
    std::unique_ptr<NameServers> m_servers;
    std::vector<std::unique_ptr<NameServers>> m_former; ///< until what they were asked has ended
};

} // namespace signalbox
