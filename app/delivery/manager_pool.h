#pragma once

#include <QHash>
#include <QNetworkAccessManager>
#include <QUrl>

#include <memory>
#include <vector>

namespace signalbox {

class ManagerPool;

/// One of the six connections that a manager has for a host; given back by the destructor.
class ManagerSlot
{
public:
    ManagerSlot() = default;
    ManagerSlot(ManagerSlot &&other) noexcept;
    ManagerSlot &operator=(ManagerSlot &&other) noexcept;
    ~ManagerSlot();

    QNetworkAccessManager &manager() const { return *m_manager; }

private:
    friend class ManagerPool;
    ManagerSlot(ManagerPool &pool, QNetworkAccessManager &manager, QString host)
        : m_pool(&pool)
        , m_manager(&manager)
        , m_host(std::move(host))
    {
    }
    void giveBack();

    ManagerPool *m_pool = nullptr;
    QNetworkAccessManager *m_manager = nullptr;
    QString m_host;
};

/// QNetworkAccessManager opens six connections to a host, and a seventh request waits behind slow ones
/// (design §5). The pool never gives a manager more than six per host and port, and never lets two endpoints
/// share a manager's connections to a host at the same time. It grows with the requests in flight. One
/// thread.
class ManagerPool
{
public:
    ManagerPool() = default;
    ManagerPool(const ManagerPool &) = delete;
    ~ManagerPool();

    /// Never waits: makes another manager when the others are taken.
    ManagerSlot acquire(const QUrl &url, const QString &endpointId);
    qsizetype managers() const { return qsizetype(m_managers.size()); }

private:
    friend class ManagerSlot;
    struct Use
    {
        QString endpointId;
        int inFlight = 0;
    };
    struct Entry
    {
        std::unique_ptr<QNetworkAccessManager> manager;
        QHash<QString, Use> uses; ///< by host and port
    };
    Entry &addManager();
    void release(const QNetworkAccessManager *manager, const QString &host);

    std::vector<Entry> m_managers;
};

} // namespace signalbox
