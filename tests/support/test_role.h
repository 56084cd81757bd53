#pragma once

#include "tests/support/test_database.h"

namespace signalbox {

/// A role without rights but those that `grants` gives ("%1" is its name); goes with the object. Roles belong
/// to the cluster, so its name is the database's.
class TestRole
{
public:
    TestRole(TestDatabase &database, const QString &grants)
        : m_database(database)
    {
        m_database.run(QStringLiteral("CREATE ROLE %1 LOGIN").arg(name()));
        m_database.run(QString(grants).replace(QStringLiteral("%1"), name()));
    }
    ~TestRole() { m_database.run(QStringLiteral("DROP OWNED BY %1; DROP ROLE %1").arg(name())); }
    TestRole(const TestRole &) = delete;
    TestRole &operator=(const TestRole &) = delete;

    QString name() const { return m_database.settings().database + QStringLiteral("_role"); }

    ConnectionSettings settings() const
    {
        ConnectionSettings settings = m_database.settings();
        settings.user = name();
        return settings;
    }

    /// A session of the role; belongs to the calling thread.
    std::unique_ptr<PgConnection> connect() const
    {
        auto connection = PgConnection::open(settings());
        if (!connection)
            qFatal("%s", qPrintable(connection.error().line()));
        return std::move(*connection);
    }

private:
    TestDatabase &m_database;
};

} // namespace signalbox
