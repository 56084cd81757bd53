#pragma once

#include "app/database/connection_settings.h"

#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>

namespace signalbox {

/// A PgBouncer of its own in front of one database, as Debian installs it except for the settings given.
class PgBouncer
{
public:
    /// `extra`: lines of its [pgbouncer] section. Waits until it takes connections; ends the test program
    /// when it does not.
    PgBouncer(const ConnectionSettings &server, const QStringList &extra);
    ~PgBouncer();
    PgBouncer(const PgBouncer &) = delete;

    /// The way to the database through it.
    const ConnectionSettings &settings() const { return m_settings; }
    static bool isInstalled();

private:
    ConnectionSettings m_settings;
    QTemporaryDir m_directory;
    QProcess m_process;
};

} // namespace signalbox
