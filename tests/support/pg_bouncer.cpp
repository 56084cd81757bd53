#include "tests/support/pg_bouncer.h"

#include "tests/support/server_program.h"

#include <QFile>
#include <QTcpSocket>
#include <QTest>

namespace signalbox {

namespace {

QString executable()
{
    for (const char *path : {"/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"}) {
        if (QFile::exists(QLatin1String(path)))
            return QLatin1String(path);
    }
    return {};
}

// Readable for the user it runs as.
void write(const QString &path, const QString &text)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text.toUtf8()) < 0)
        qFatal("%s cannot be written", qPrintable(path));
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther);
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool answers(int port)
{
    QTcpSocket socket;
    socket.connectToHost(QStringLiteral("127.0.0.1"), quint16(port));
    return socket.waitForConnected(1'000);
}

} // namespace

bool PgBouncer::isInstalled()
{
    return !executable().isEmpty();
}

PgBouncer::PgBouncer(const ConnectionSettings &server, const QStringList &extra)
{
    const int port = freePort();
    const QString folder = m_directory.path();
    QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::ReadOther |
                                      QFile::ExeOther);
    write(folder + "/users", QString("\"%1\" \"\"\n").arg(server.user));
    write(folder + "/pgbouncer.ini",
          QString("[databases]\n* = host=%1 port=%2\n"
                  "[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %3\n"
                  "unix_socket_dir =\nauth_type = trust\nauth_file = %4/users\n%5\n")
              .arg(server.host)
              .arg(server.port)
              .arg(port)
              .arg(folder, extra.join('\n')));
    m_settings.host = QStringLiteral("127.0.0.1");
    m_settings.port = port;
    m_settings.database = server.database;
    m_settings.user = server.user;
    // Into a file: nobody empties a pipe while a test waits in a call, and with a full one it stands still.
    const QString log = folder + "/output.log";
    m_process.setStandardOutputFile(log);
    m_process.setStandardErrorFile(log, QProcess::Append);
    runAsServerAccount(m_process);
    m_process.start(executable(), {folder + "/pgbouncer.ini"});
    if (!m_process.waitForStarted() || !QTest::qWaitFor([port] { return answers(port); }, 20'000))
        qFatal("PgBouncer does not answer: %s", contentOf(log).constData());
}

PgBouncer::~PgBouncer()
{
    m_process.terminate();
    if (!m_process.waitForFinished(10'000))
        m_process.kill();
    m_process.waitForFinished(1'000);
}

} // namespace signalbox
