#pragma once

#include "tests/support/small_disk.h"
#include "tests/support/test_database.h"

#include <QDateTime>
#include <QHash>
#include <QList>
#include <QUuid>

#include <functional>
#include <memory>

namespace signalbox {

class ChaosReceiver;

/// One change of a job's lease, as a trigger of the test's own wrote it down.
struct LeaseChange
{
    enum class Kind { Claimed, Recorded, Rescued, Released };

    Kind kind = Kind::Claimed;
    qint64 at = 0;    ///< microseconds of the system's clock
    qint64 until = 0; ///< of the lease taken or lost
    qint64 process = 0;
};

/// What the database says about a job in the end.
struct JobFate
{
    QUuid id;
    QString endpoint;
    QString type;
    QString status;
    qint64 createdAt = 0; ///< microseconds of the system's clock
    int attempts = 0;
    int maxAttempts = 0;
    int rescues = 0;
    int rows = 0; ///< attempts on record
    QList<LeaseChange> leases;
};

/// The queue under test: endpoints on the misbehaving receiver, a watch on every lease, and producers that go
/// on through the faults. Keeps what was committed through a crash of the server: the cluster's fsync is off,
/// its commits here are not.
class ChaosDatabase
{
public:
    /// `hanging`: how many endpoints never answer.
    ChaosDatabase(const ChaosReceiver &receiver, int hanging);
    ~ChaosDatabase();

    const ConnectionSettings &settings() const { return m_database->settings(); }

    /// Inserts jobs, and events that fan out to two endpoints, unless it did before: may be repeated after an
    /// error. Returns whether it is known to be committed.
    bool produce(int jobs, int events);
    /// One job for each of `count` of the 60 endpoints that answer at once, in turn, while nothing is
    /// mistreated.
    void produceHealthy(const QString &type, int count);
    /// Jobs for each of the endpoints that never answer.
    void produceHanging(int each);
    int jobsExpected() const { return m_jobs + 2 * m_events + m_besides; }

    /// Jobs that are neither completed nor failed; none while the database is away.
    std::optional<int> unfinished();
    std::optional<int> unfinishedEvents();
    /// Backends of workers; empty while the database is away.
    QList<qint64> workerBackends();
    /// Ends the sessions of about half of the workers' backends.
    void terminateBackends();
    /// Ends the sessions that record attempts.
    void terminateRecorders();
    /// Whether there is no room for more attempts from now on; false when nobody could be told. Fills the
    /// small disk that the table is on, or, where none can be mounted, lets a trigger refuse them as a full
    /// one would.
    bool setFull(bool full);
    /// Locks the queue against everybody while the act lasts; does nothing when the lock is not to be had.
    void holdQueue(const std::function<void()> &act);

    QList<JobFate> fates();

private:
    std::optional<QList<QSqlRecord>> ask(const QString &sql, const Bindings &bindings = {});

    void moveToSmallDisk();

    SmallDisk m_disk;
    std::optional<TestDatabase> m_database;
    std::unique_ptr<PgConnection> m_connection;
    QStringList m_nextJobs; ///< ids of the batch that is not known to be committed yet
    int m_jobs = 0;
    int m_events = 0;
    int m_healthy = 0;
    int m_besides = 0; ///< jobs that `produce` did not put in
};

} // namespace signalbox
