#pragma once

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QString>
#include <QTemporaryDir>

namespace signalbox {

/// A directory of migrations made by a test.
class MigrationsForTest
{
public:
    MigrationsForTest() { QDir(m_directory.path()).mkdir(QStringLiteral("rollback")); }

    QString path() const { return m_directory.path(); }
    bool add(const QString &name, const QByteArray &sql, const QByteArray &rollback = "SELECT 1;") const
    {
        return write(name, sql) && write(QStringLiteral("rollback/") + name, rollback);
    }

private:
    bool write(const QString &name, const QByteArray &text) const
    {
        QFile file(m_directory.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    }

    QTemporaryDir m_directory;
};

} // namespace signalbox
