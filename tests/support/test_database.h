#pragma once

#include "app/database/connection_settings.h"
#include "app/database/pg_connection.h"
#include "app/database/private_cluster.h"

#include <QString>

#include <memory>

namespace signalbox {

/// The private cluster that the tests of one build share: of its own location, without safety against power
/// loss. It starts with the first test program and stops with the last one.
std::shared_ptr<PrivateCluster> testCluster();
/// Where it is: SIGNALBOX_TEST_CLUSTER, else below the build, as root below /var/lib, where user postgres can
/// go.
ClusterLocation testClusterLocation();

/// A database for one test, fresh and migrated (copied from a template that is migrated once per state of the
/// migration files); dropped in the destructor. Needs a QCoreApplication. Ends the test program when there is
/// no database.
class TestDatabase
{
public:
    TestDatabase();
    static TestDatabase empty(); ///< not migrated
    ~TestDatabase();
    TestDatabase(TestDatabase &&other) noexcept = default;
    TestDatabase(const TestDatabase &) = delete;

    const ConnectionSettings &settings() const { return m_settings; }
    /// A connection of the thread that first asks for it; opened then.
    PgConnection &connection();
    /// One more connection; belongs to the calling thread.
    std::unique_ptr<PgConnection> connect(const SessionOptions &options = {}) const;
    /// Runs a script and ends the test program when it fails.
    void run(const QString &sql);
    /// The first value of the first row; invalid without rows.
    QVariant value(const QString &sql, const Bindings &bindings = {});

private:
    explicit TestDatabase(const QString &templateName);

    std::shared_ptr<PrivateCluster> m_cluster;
    ConnectionSettings m_settings;
    std::unique_ptr<PgConnection> m_connection;
};

} // namespace signalbox
