#include "app/database/pg_connection.h"
#include "app/database/private_cluster_binaries.h"
#include "tests/database/cluster_place.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <unistd.h>

using namespace signalbox;

namespace {

constexpr int patienceMs = 60'000;

ClusterOptions forTests()
{
    ClusterOptions options;
    options.durable = false;
    return options;
}

QString answerOf(PrivateCluster &cluster, const QString &sql,
                 const QString &database = QStringLiteral("postgres"))
{
    const auto connection = PgConnection::open(cluster.settings(database));
    if (!connection)
        return connection.error().line();
    const auto rows = (*connection)->query(sql);
    return rows ? rows->constFirst().value(0).toString() : rows.error().line();
}

void startUser(QProcess &process, const ClusterPlace &place)
{
    process.start(QStringLiteral(SIGNALBOX_CLUSTER_DRIVER),
                  {place.location().dataDirectory, place.location().socketDirectory});
}

bool becomesReady(QProcess &process)
{
    while (!process.canReadLine()) {
        if (!process.waitForReadyRead(patienceMs))
            return false;
    }
    return process.readLine().trimmed() == "ready";
}

bool endUser(QProcess &process)
{
    process.closeWriteChannel();
    return process.waitForFinished(patienceMs) && process.exitCode() == 0;
}

void killServer(const ClusterPlace &place)
{
    kill(place.serverPid(), SIGKILL);
}

void makeProgram(const QString &path, const QByteArray &text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    file.close();
    QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::ExeOwner | QFile::ReadOther | QFile::ExeOther));
}

} // namespace

class TestPrivateCluster : public QObject
{
    Q_OBJECT
private slots:
    void createsKeepsAndStops();
    void isClosedToOthers();
    void twoProcessesShare();
    void twoProcessesCreateAtOnce();
    void killedUserIsForgotten();
    void killedServerStartsAgain();
    void crashIsSeenByTheFirstStatement();
    void killedServerWithForeignPid();
    void interruptedCreationIsStartedOver();
    void otherMajorVersionIsNotTouched();
    void missingServerNamesThePackage();
    void choosesTheServerOfTheData();
    void longSocketPathIsRefused();
    void foreignDirectoryIsRefused();
    void standardPlaceFollowsTheEnvironment();
};

void TestPrivateCluster::createsKeepsAndStops()
{
    const ClusterPlace place;
    QStringList lines;
    {
        const auto cluster = PrivateCluster::acquire(
            place.location(), [&lines](const QString &line) { lines << line; }, forTests());
        QVERIFY2(cluster, qPrintable(errorOf(cluster)));
        QVERIFY((*cluster)->ensureDatabase(QStringLiteral("odd \"name\"")));
        QVERIFY((*cluster)->ensureDatabase(QStringLiteral("odd \"name\"")));
        QCOMPARE(answerOf(**cluster, QStringLiteral("SELECT current_setting('server_encoding')")),
                 QStringLiteral("UTF8"));
    }
    QVERIFY(lines.value(0).startsWith(QStringLiteral("Creating the private cluster")));
    QVERIFY(lines.value(1).startsWith(QStringLiteral("Starting the private cluster")));
    QVERIFY(!place.isRunning());
    const auto cluster = acquireCluster(place);
    QVERIFY2(cluster, qPrintable(errorOf(cluster)));
    QCOMPARE(answerOf(**cluster, QStringLiteral("SELECT 1"), QStringLiteral("odd \"name\"")),
             QStringLiteral("1"));
}

void TestPrivateCluster::isClosedToOthers()
{
    const ClusterPlace place;
    const auto cluster = PrivateCluster::acquire(place.location());
    QVERIFY2(cluster, qPrintable(errorOf(cluster)));
    QCOMPARE(answerOf(**cluster, QStringLiteral("SELECT current_setting('listen_addresses')")), QString());
    QCOMPARE(answerOf(**cluster, QStringLiteral("SELECT current_setting('fsync')")), QStringLiteral("on"));
    const auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;
    const auto mask = ownerOnly | QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther |
                      QFile::WriteOther | QFile::ExeOther;
    for (const QString &path : {place.location().dataDirectory, place.location().socketDirectory,
                                place.location().clusterDirectory()})
        QCOMPARE(QFileInfo(path).permissions() & mask, ownerOnly);
}

void TestPrivateCluster::twoProcessesShare()
{
    const ClusterPlace place;
    QProcess other;
    startUser(other, place);
    QVERIFY2(becomesReady(other), other.readAllStandardError().constData());
    const pid_t server = place.serverPid();
    {
        const auto cluster = acquireCluster(place);
        QVERIFY2(cluster, qPrintable(errorOf(cluster)));
        QCOMPARE(place.serverPid(), server);
    }
    QCOMPARE(place.serverPid(), server);
    const auto cluster = acquireCluster(place);
    QVERIFY(endUser(other));
    QCOMPARE(place.serverPid(), server);
    QCOMPARE(answerOf(**cluster, QStringLiteral("SELECT 1")), QStringLiteral("1"));
}

void TestPrivateCluster::twoProcessesCreateAtOnce()
{
    const ClusterPlace place;
    QProcess first, second;
    startUser(first, place);
    startUser(second, place);
    QVERIFY2(becomesReady(first), first.readAllStandardError().constData());
    QVERIFY2(becomesReady(second), second.readAllStandardError().constData());
    QVERIFY(endUser(first));
    QVERIFY(place.isRunning());
    QVERIFY(endUser(second));
    QVERIFY(!place.isRunning());
}

void TestPrivateCluster::killedUserIsForgotten()
{
    const ClusterPlace place;
    QProcess other;
    startUser(other, place);
    QVERIFY2(becomesReady(other), other.readAllStandardError().constData());
    const pid_t server = place.serverPid();
    other.kill();
    QVERIFY(other.waitForFinished(patienceMs));
    QVERIFY(place.isRunning());
    {
        const auto cluster = acquireCluster(place);
        QVERIFY2(cluster, qPrintable(errorOf(cluster)));
        QCOMPARE(place.serverPid(), server);
    }
    QVERIFY(!place.isRunning());
}

void TestPrivateCluster::killedServerStartsAgain()
{
    const ClusterPlace place;
    const auto cluster = acquireCluster(place);
    QVERIFY2(cluster, qPrintable(errorOf(cluster)));
    QVERIFY((*cluster)->ensureDatabase(QStringLiteral("kept")));
    killServer(place);
    const Done running = (*cluster)->ensureRunning();
    QVERIFY2(running, qPrintable(running ? QString() : running.error().line()));
    QCOMPARE(answerOf(**cluster, QStringLiteral("SELECT 1"), QStringLiteral("kept")), QStringLiteral("1"));
    killServer(place);
    const auto next = acquireCluster(place);
    QVERIFY2(next, qPrintable(errorOf(next)));
    QCOMPARE(answerOf(**next, QStringLiteral("SELECT 1"), QStringLiteral("kept")), QStringLiteral("1"));
}

void TestPrivateCluster::crashIsSeenByTheFirstStatement()
{
    // Given a session of a server that stops as in a crash: a last warning, then the end
    const ClusterPlace place;
    const auto cluster = acquireCluster(place);
    QVERIFY2(cluster, qPrintable(errorOf(cluster)));
    const auto connection = PgConnection::open((*cluster)->settings(QStringLiteral("postgres")));
    QVERIFY(connection);
    const pid_t backend = (*connection)->backendPid();
    kill(place.serverPid(), SIGQUIT);
    QTRY_VERIFY_WITH_TIMEOUT(kill(backend, 0) != 0, patienceMs);

    // Then its first statement already knows that the session is gone
    const auto rows = (*connection)->query(QStringLiteral("SELECT 1"));
    QVERIFY(!rows);
    QCOMPARE(rows.error().kind, Error::Kind::Unavailable);
    QVERIFY(!(*connection)->isAlive());
}

// In a container the number of the killed server is soon somebody else's.
void TestPrivateCluster::killedServerWithForeignPid()
{
    const ClusterPlace place;
    const auto cluster = acquireCluster(place);
    QVERIFY2(cluster, qPrintable(errorOf(cluster)));
    const pid_t server = place.serverPid();
    killServer(place);
    QTRY_VERIFY_WITH_TIMEOUT(kill(server, 0) != 0, patienceMs);
    for (const QString &path : {place.path(QStringLiteral("postmaster.pid")),
                                place.location().socketDirectory + QStringLiteral("/.s.PGSQL.5432.lock")}) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QByteArray text = file.readAll();
        file.close();
        text.replace(QByteArray::number(server), QByteArray::number(getpid()));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(text) == text.size());
    }
    const Done running = (*cluster)->ensureRunning();
    QVERIFY2(running, qPrintable(running ? QString() : running.error().line()));
    QCOMPARE(answerOf(**cluster, QStringLiteral("SELECT 1")), QStringLiteral("1"));
}

void TestPrivateCluster::interruptedCreationIsStartedOver()
{
    const ClusterPlace place;
    const QString unfinished = place.location().clusterDirectory() + QStringLiteral(".new");
    QVERIFY(acquireCluster(place));
    QVERIFY(QDir().rename(place.location().clusterDirectory(), unfinished));
    QVERIFY(QFile::remove(unfinished + QStringLiteral("/PG_VERSION")));
    const auto cluster = acquireCluster(place);
    QVERIFY2(cluster, qPrintable(errorOf(cluster)));
    QVERIFY(!QFile::exists(unfinished));
}

void TestPrivateCluster::otherMajorVersionIsNotTouched()
{
    const ClusterPlace place;
    QVERIFY(QDir().mkpath(place.location().clusterDirectory()));
    QFile version(place.path(QStringLiteral("PG_VERSION")));
    QVERIFY(version.open(QIODevice::WriteOnly) && version.write("12\n") == 3);
    version.close();
    const QDateTime before = QFileInfo(place.location().clusterDirectory()).lastModified();
    const auto cluster = acquireCluster(place);
    QVERIFY(!cluster);
    QCOMPARE(cluster.error().kind, Error::Kind::Refused);
    QVERIFY2(cluster.error().why.contains(QStringLiteral("was written by PostgreSQL 12")),
             qPrintable(errorOf(cluster)));
    QVERIFY(cluster.error().why.contains(QStringLiteral("nothing was touched")));
    QCOMPARE(QFileInfo(place.location().clusterDirectory()).lastModified(), before);
    QCOMPARE(QDir(place.location().dataDirectory).entryList(QDir::AllEntries | QDir::NoDotAndDotDot),
             QStringList{QStringLiteral("cluster")});
    QVERIFY(!QFile::exists(place.location().socketDirectory));
}

void TestPrivateCluster::missingServerNamesThePackage()
{
    const ClusterPlace place;
    ClusterOptions options = forTests();
    options.binaryDirectories = QStringList{QStringLiteral("/nonexistent")};
    const auto cluster = PrivateCluster::acquire(place.location(), {}, options);
    QVERIFY(!cluster);
    QCOMPARE(cluster.error().kind, Error::Kind::NotFound);
    QVERIFY(cluster.error().hint.contains(QStringLiteral("install postgresql-15")));
    QVERIFY(!QFile::exists(place.location().dataDirectory));
}

void TestPrivateCluster::choosesTheServerOfTheData()
{
    const QTemporaryDir directory;
    QStringList directories;
    for (const char *version : {"14.9", "16.1 (Debian 16.1-1)", "15.4"}) {
        const QString folder = directory.filePath(QString::fromLatin1(version).left(2));
        QVERIFY(QDir().mkpath(folder));
        for (const char *program : {"initdb", "pg_ctl", "postgres"})
            makeProgram(folder + '/' + QString::fromLatin1(program),
                        QByteArray("#!/bin/sh\necho 'postgres (PostgreSQL) ") + version + "'\n");
        directories << folder;
    }
    directories << directory.path(); // no server in it
    const QList<ServerBinaries> servers = findServers(directories);
    QCOMPARE(servers.size(), 3);
    QCOMPARE(chooseServer(servers, 0, {})->majorVersion, 16);
    QCOMPARE(chooseServer(servers, 15, {})->directory, directories.at(2));
    QCOMPARE(chooseServer(servers, 13, {}).error().kind, Error::Kind::Refused);
    QCOMPARE(chooseServer(servers.mid(2), 0, {}).error().kind, Error::Kind::NotFound);
    QVERIFY(
        chooseServer(servers.mid(2), 0, {}).error().why.contains(QStringLiteral("PostgreSQL 14 is too old")));
}

void TestPrivateCluster::longSocketPathIsRefused()
{
    ClusterLocation location{QStringLiteral("/nonexistent/data"), '/' + QString(107 - 15, 'x')};
    QCOMPARE((location.socketDirectory + QStringLiteral("/.s.PGSQL.5432")).size(), 107);
    QVERIFY(location.validate());
    location.socketDirectory += 'x';
    const auto cluster = PrivateCluster::acquire(location);
    QVERIFY(!cluster);
    QCOMPARE(cluster.error().kind, Error::Kind::Refused);
    QVERIFY(cluster.error().hint.contains(QStringLiteral("SIGNALBOX_RUNTIME_DIR")));
}

void TestPrivateCluster::foreignDirectoryIsRefused()
{
    const auto cluster = PrivateCluster::acquire({QStringLiteral("/usr"), QStringLiteral("/usr")});
    QVERIFY(!cluster);
    QCOMPARE(cluster.error().kind, Error::Kind::Refused);
    QVERIFY(cluster.error().why.contains(QStringLiteral("holds files of others")));
}

void TestPrivateCluster::standardPlaceFollowsTheEnvironment()
{
    qputenv("SIGNALBOX_DATA_DIR", "/data/here");
    qputenv("SIGNALBOX_RUNTIME_DIR", "/run/there");
    const ClusterLocation chosen = ClusterLocation::standard();
    qunsetenv("SIGNALBOX_DATA_DIR");
    qunsetenv("SIGNALBOX_RUNTIME_DIR");
    QCOMPARE(chosen.dataDirectory, QStringLiteral("/data/here"));
    QCOMPARE(chosen.socketDirectory, QStringLiteral("/run/there"));
    if (geteuid() == 0) {
        QCOMPARE(ClusterLocation::standard().dataDirectory, QStringLiteral("/var/lib/signalbox"));
        QCOMPARE(ClusterLocation::standard().socketDirectory, QStringLiteral("/run/signalbox"));
    } else {
        QVERIFY(ClusterLocation::standard().dataDirectory.startsWith(QDir::homePath()));
    }
}

QTEST_GUILESS_MAIN(TestPrivateCluster)
#include "test_private_cluster.moc"
