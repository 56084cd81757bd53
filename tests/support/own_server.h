#pragma once

#include "app/database/connection_settings.h"

#include <QString>
#include <QStringList>

namespace signalbox {

/// A PostgreSQL server of one test alone, beside the private cluster that tests share: with settings that a
/// server takes only at its start. Stopped and removed in the destructor. Ends the test program when it does
/// not come up.
class OwnServer
{
public:
    /// Two servers of one test program need two names.
    explicit OwnServer(const QString &name);
    ~OwnServer();
    OwnServer(const OwnServer &) = delete;
    OwnServer &operator=(const OwnServer &) = delete;

    /// A new, empty cluster in the data directory.
    void initialise() const;
    /// Each setting as "name=value".
    void start(const QStringList &settings = {}) const;

    ConnectionSettings settings(const QString &database) const;
    const QString &dataDirectory() const { return m_data; }
    QString logFile() const { return m_data + QStringLiteral("/server.log"); }

private:
    QString m_data;
    QString m_sockets;
};

} // namespace signalbox
