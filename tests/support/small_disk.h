#pragma once

#include <QString>
#include <QTemporaryDir>

namespace signalbox {

/// A file system of its own in memory, for a tablespace, which can be filled to the last byte. Only a root
/// that may mount has one. Unmounted in the destructor.
class SmallDisk
{
public:
    explicit SmallDisk(qint64 bytes);
    ~SmallDisk();
    SmallDisk(const SmallDisk &) = delete;
    SmallDisk &operator=(const SmallDisk &) = delete;

    bool isMounted() const { return m_isMounted; }
    /// Owned by the account that PostgreSQL runs as.
    QString tablespace() const { return m_directory.filePath(QStringLiteral("disk/tablespace")); }

    /// False when some of it is still free.
    bool fill() const;
    void empty() const;

private:
    QString mountPoint() const { return m_directory.filePath(QStringLiteral("disk")); }
    QString ballast() const { return m_directory.filePath(QStringLiteral("disk/ballast")); }

    QTemporaryDir m_directory;
    bool m_isMounted = false;
};

} // namespace signalbox
