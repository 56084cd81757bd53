#include "app/database/migration_files.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>

#include <algorithm>

// Qt's macro must be used outside of any namespace. The resources sit in a static library, which drops them
// otherwise.
static void registerMigrations()
{
    Q_INIT_RESOURCE(migrations);
}

namespace signalbox {

namespace {

Result<QByteArray> readFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(QStringLiteral("read migration ") + path, file.errorString());
    return file.readAll();
}

Result<MigrationFile> readMigration(const QDir &directory, const QString &fileName)
{
    MigrationFile file;
    file.fileName = fileName;
    const qsizetype separator = fileName.indexOf('_');
    bool isNumber = false;
    file.version = fileName.left(qMax<qsizetype>(0, separator)).toLongLong(&isNumber);
    if (!isNumber || file.version <= 0)
        return fail(QStringLiteral("read migration ") + fileName,
                    QStringLiteral("its name does not start with a number"));
    file.description = fileName.mid(separator + 1).chopped(4).replace('_', ' ');
    auto sql = readFile(directory.filePath(fileName));
    if (!sql)
        return fail(std::move(sql.error()));
    auto rollback = readFile(directory.filePath(QStringLiteral("rollback/") + fileName));
    if (!rollback)
        return fail(std::move(rollback.error()));
    file.sql = *sql;
    file.rollbackSql = *rollback;
    file.checksum = QCryptographicHash::hash(file.sql, QCryptographicHash::Sha384);
    return file;
}

} // namespace

QString embeddedMigrations()
{
    registerMigrations();
    return QStringLiteral(":/migrations");
}

Result<QList<MigrationFile>> readMigrations(const QString &directory)
{
    const QDir folder(directory);
    QList<MigrationFile> files;
    const QString catalogName = folder.filePath(QStringLiteral("catalog.txt"));
    const Result<QByteArray> catalog =
        QFile::exists(catalogName) ? readFile(catalogName) : Result<QByteArray>(QByteArray());
    if (!catalog)
        return fail(catalog.error());
    for (const QString &name : folder.entryList({QStringLiteral("*.sql")}, QDir::Files, QDir::Name)) {
        auto file = readMigration(folder, name);
        if (!file)
            return fail(std::move(file.error()));
        auto change = schemaChangeOf(*catalog, file->version);
        if (!change)
            return fail(std::move(change.error()));
        file->change = std::move(*change);
        files.append(std::move(*file));
    }
    if (files.isEmpty())
        return fail(QStringLiteral("read migrations"), QStringLiteral("%1 holds none").arg(directory));
    std::sort(files.begin(), files.end(), [](const MigrationFile &left, const MigrationFile &right) {
        return left.version < right.version;
    });
    return files;
}

} // namespace signalbox
