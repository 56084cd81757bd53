#include "tests/database/cluster_place.h"

#include <QFileInfo>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <sys/stat.h>

using namespace signalbox;

namespace {

/// Files of the user who runs the program, which the server's user must not reach.
class Victim
{
public:
    Victim()
    {
        write(QStringLiteral("file"), "untouched\n");
        QDir(m_directory.path()).mkdir(QStringLiteral("empty"));
        m_before = state();
    }
    QString path(const QString &name) const { return m_directory.filePath(name); }
    QString directory() const { return m_directory.path(); }
    bool isUntouched() const { return state() == m_before; }
    QString difference() const { return m_before + QStringLiteral(" became ") + state(); }

private:
    void write(const QString &name, const QByteArray &text) const
    {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("%s", qPrintable(file.errorString()));
    }
    // Names, owners, modes and contents of all there is, the directory itself included.
    QString state() const
    {
        QStringList parts{ownerAndMode(directory())};
        for (const QString &name :
             QDir(directory()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot)) {
            QFile file(path(name));
            parts << name << ownerAndMode(path(name));
            if (!QFileInfo(path(name)).isDir() && file.open(QIODevice::ReadOnly))
                parts << QString::fromUtf8(file.readAll()).trimmed();
        }
        return parts.join(' ');
    }
    static QString ownerAndMode(const QString &path)
    {
        struct stat entry = {};
        stat(QFile::encodeName(path).constData(), &entry);
        return QStringLiteral("%1:%2").arg(entry.st_uid).arg(entry.st_mode & 07777, 0, 8);
    }

    QTemporaryDir m_directory;
    QString m_before;
};

void replaceByLink(const QString &path, const QString &target)
{
    if (!QFile::remove(path))
        QDir(path).removeRecursively();
    QVERIFY(QFile::link(target, path));
}

// Lays a stopped cluster down, quicker than initdb makes one.
void copyCluster(const ClusterPlace &from, const ClusterPlace &to)
{
    QCOMPARE(QProcess::execute(QStringLiteral("cp"), {QStringLiteral("-a"), from.location().dataDirectory,
                                                      to.location().dataDirectory}),
             0);
}

void makeFifo(const QString &path)
{
    QFile::remove(path);
    QCOMPARE(mkfifo(QFile::encodeName(path).constData(), 0666), 0);
}

} // namespace

/// What the server's user can lay into the cluster's directories to make the program, which may be root,
/// write, give away, remove or read something else.
class TestPrivateClusterLinks : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase() { m_stopped.reset(); }
    void filesAreNotWrittenThroughLinks_data();
    void filesAreNotWrittenThroughLinks();
    void nothingIsRemovedThroughALink();
    void directoriesAreNotGivenAwayThroughLinks_data();
    void directoriesAreNotGivenAwayThroughLinks();
    void nothingHangsOrFillsMemory_data();
    void nothingHangsOrFillsMemory();
    void secretsOfTheEnvironmentStayHere();
    void theServersUserHasNoTerminalOfOurs();
    void aClusterOfAnEarlierVersionStarts();

private:
    std::unique_ptr<ClusterPlace> m_stopped;
};

void TestPrivateClusterLinks::initTestCase()
{
    m_stopped = std::make_unique<ClusterPlace>();
    const auto cluster = acquireCluster(*m_stopped);
    QVERIFY2(cluster, qPrintable(errorOf(cluster)));
}

void TestPrivateClusterLinks::filesAreNotWrittenThroughLinks_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("target");
    const auto row = [](const char *name, const char *target) {
        QTest::addRow("%s to %s", name, target) << QString::fromLatin1(name) << QString::fromLatin1(target);
    };
    row("cluster/signalbox.conf", "file");
    row("cluster/signalbox.conf.new", "file");
    row("start.lock", "missing");
    row("users.lock", "missing");
    row("server.log", "missing");
}

void TestPrivateClusterLinks::filesAreNotWrittenThroughLinks()
{
    QFETCH(const QString, name);
    QFETCH(const QString, target);
    if (geteuid() != 0 && name == QLatin1String("server.log"))
        QSKIP("the server writes its log as ourselves");
    const ClusterPlace place;
    const Victim victim;
    copyCluster(*m_stopped, place);

    replaceByLink(place.location().dataDirectory + '/' + name, victim.path(target));
    (void)acquireCluster(place); // whether it starts is another matter

    QVERIFY2(victim.isUntouched(), qPrintable(victim.difference()));
}

void TestPrivateClusterLinks::nothingIsRemovedThroughALink()
{
    const ClusterPlace place;
    const Victim victim;
    copyCluster(*m_stopped, place);

    QVERIFY(QDir(place.location().clusterDirectory()).removeRecursively());
    replaceByLink(place.location().clusterDirectory() + QStringLiteral(".new"), victim.directory());
    const auto cluster = acquireCluster(place);

    QVERIFY2(victim.isUntouched(), qPrintable(victim.difference()));
    QVERIFY2(cluster, qPrintable(errorOf(cluster)));
}

void TestPrivateClusterLinks::directoriesAreNotGivenAwayThroughLinks_data()
{
    QTest::addColumn<bool>("isSocketDirectory");
    QTest::addColumn<bool>("isParent");
    QTest::newRow("data") << false << false;
    QTest::newRow("data, below a link") << false << true;
    QTest::newRow("socket") << true << false;
    QTest::newRow("socket, below a link") << true << true;
}

void TestPrivateClusterLinks::directoriesAreNotGivenAwayThroughLinks()
{
    if (geteuid() != 0)
        QSKIP("needs root: only root gives directories away");
    QFETCH(const bool, isSocketDirectory);
    QFETCH(const bool, isParent);
    // Given a place in a directory that the server's user owns, who puts a link there
    const ClusterPlace owned;
    copyCluster(*m_stopped, owned);
    const Victim victim;
    const QString link = owned.location().dataDirectory + QStringLiteral("/link");
    replaceByLink(link, isParent ? victim.directory() : victim.path(QStringLiteral("empty")));
    const QString target = isParent ? link + QStringLiteral("/empty") : link;

    // When root uses it
    const ClusterPlace other;
    ClusterLocation location = other.location();
    (isSocketDirectory ? location.socketDirectory : location.dataDirectory) = target;
    const auto cluster = PrivateCluster::acquire(location);

    QVERIFY(!cluster);
    QVERIFY2(victim.isUntouched(), qPrintable(victim.difference()));
}

void TestPrivateClusterLinks::nothingHangsOrFillsMemory_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("target"); // empty: a FIFO
    QTest::newRow("waiting for a server's number") << "cluster/postmaster.pid" << QString();
    QTest::newRow("reading a version") << "cluster/PG_VERSION"
                                       << "/dev/zero";
    QTest::newRow("waiting for a lock file") << "start.lock" << QString();
}

void TestPrivateClusterLinks::nothingHangsOrFillsMemory()
{
    QFETCH(const QString, name);
    QFETCH(const QString, target);
    const ClusterPlace place;
    copyCluster(*m_stopped, place);
    const QString path = place.location().dataDirectory + '/' + name;
    if (target.isEmpty())
        makeFifo(path);
    else
        replaceByLink(path, target);

    const auto cluster = acquireCluster(place);

    // PostgreSQL itself may refuse; we return and say so.
    QVERIFY(cluster || !errorOf(cluster).isEmpty());
}

void TestPrivateClusterLinks::secretsOfTheEnvironmentStayHere()
{
    if (geteuid() != 0)
        QSKIP("needs root: else the server runs as ourselves");
    const ClusterPlace place;
    qputenv("DATABASE_URL", "postgresql://app:hunter2@db/app");
    copyCluster(*m_stopped, place);
    const auto cluster = acquireCluster(place);
    qunsetenv("DATABASE_URL");
    QVERIFY2(cluster, qPrintable(errorOf(cluster)));
    QFile environment(QStringLiteral("/proc/%1/environ").arg(place.serverPid()));
    QVERIFY(environment.open(QIODevice::ReadOnly));
    const QByteArray text = environment.readAll();
    QVERIFY(text.contains("LC_ALL=C"));
    QVERIFY2(!text.contains("hunter2"), text.constData());
}

void TestPrivateClusterLinks::theServersUserHasNoTerminalOfOurs()
{
    const auto account = ServerAccount::forThisProcess();
    QVERIFY(account);
    const auto finished = runProgram({QStringLiteral("/bin/sh"),
                                      {QStringLiteral("-c"), QStringLiteral("ps -o sid= -p $$")},
                                      {},
                                      *account});
    QVERIFY(finished);
    QVERIFY(finished->output.trimmed().toInt() != getsid(0));
}

void TestPrivateClusterLinks::aClusterOfAnEarlierVersionStarts()
{
    // Given what earlier versions left: lock files of root's, and the settings in the cluster's folder
    const ClusterPlace place;
    copyCluster(*m_stopped, place);
    for (const char *name : {"/start.lock", "/users.lock"}) {
        QFile file(place.location().dataDirectory + QLatin1String(name));
        QVERIFY(file.remove() && file.open(QIODevice::WriteOnly));
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
    }
    QFile settings(place.path(QStringLiteral("signalbox.conf")));
    QVERIFY(settings.open(QIODevice::WriteOnly | QIODevice::Truncate) &&
            settings.write("work_mem = '7MB'\n"));
    settings.close();

    const auto cluster = acquireCluster(place);

    QVERIFY2(cluster, qPrintable(errorOf(cluster)));
    QVERIFY(settings.open(QIODevice::ReadOnly) && settings.readAll().contains("listen_addresses = ''"));
}

QTEST_GUILESS_MAIN(TestPrivateClusterLinks)
#include "test_private_cluster_links.moc"
