#include "app/database/private_cluster_files.h"

#include <QFile>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace signalbox {

namespace {

constexpr int fileTimeoutSeconds = 60;

QByteArray readPart(const QString &path, qint64 limit, bool fromEnd)
{
    const int descriptor = ::open(QFile::encodeName(path).constData(),
                                  O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (descriptor < 0)
        return {};
    struct stat entry = {};
    QByteArray text;
    if (fstat(descriptor, &entry) == 0 && S_ISREG(entry.st_mode)) {
        text.resize(limit);
        const off_t from = fromEnd ? qMax<off_t>(0, entry.st_size - limit) : 0;
        text.resize(qMax<qint64>(0, pread(descriptor, text.data(), size_t(limit), from)));
    }
    ::close(descriptor);
    return text;
}

} // namespace

ServerFiles::ServerFiles(std::optional<ServerAccount> account)
    : m_account(std::move(account))
{
}

Done ServerFiles::makeDirectory(const QString &path) const
{
    return runScript(QStringLiteral("make the directory ") + path,
                     QStringLiteral("exec mkdir -p -m 0700 -- \"$1\""), {path});
}

Done ServerFiles::makeFiles(const QStringList &paths) const
{
    // noclobber creates with O_EXCL; the second look is for the one that another process made meanwhile.
    return runScript(
        QStringLiteral("make the lock files"),
        QStringLiteral(
            "umask 077; set -C; for f; do [ -e \"$f\" ] || : >\"$f\" || [ -e \"$f\" ] || exit 1; done"),
        paths);
}

Done ServerFiles::write(const QString &path, const QByteArray &text) const
{
    return runScript(
        QStringLiteral("write ") + path,
        QStringLiteral(
            "umask 077; rm -f -- \"$1.new\" && cat >\"$1.new\" && exec mv -fT -- \"$1.new\" \"$1\""),
        {path}, text);
}

Done ServerFiles::append(const QString &path, const QByteArray &text) const
{
    return runScript(QStringLiteral("write ") + path, QStringLiteral("exec cat >>\"$1\""), {path}, text);
}

Done ServerFiles::rename(const QString &from, const QString &to) const
{
    return runScript(QStringLiteral("rename ") + from, QStringLiteral("exec mv -fT -- \"$1\" \"$2\""),
                     {from, to});
}

Done ServerFiles::remove(const QStringList &paths) const
{
    return runScript(QStringLiteral("remove ") + paths.join(QLatin1String(", ")),
                     QStringLiteral("exec rm -rf -- \"$@\""), paths);
}

Done ServerFiles::runScript(const QString &what, const QString &script, const QStringList &arguments,
                            const QByteArray &input) const
{
    ProgramCall call;
    call.program = QStringLiteral("/bin/sh");
    call.arguments = QStringList{QStringLiteral("-c"), script, QStringLiteral("signalbox")} + arguments;
    call.account = m_account;
    call.timeoutSeconds = fileTimeoutSeconds;
    call.input = input;
    const auto finished = runProgram(call);
    if (!finished)
        return fail(what, finished.error().why);
    if (finished->exitCode != 0)
        return fail(what, QString::fromUtf8(finished->output).simplified());
    return {};
}

QByteArray readPlainFile(const QString &path, qint64 limit)
{
    return readPart(path, limit, false);
}

QByteArray readEndOfPlainFile(const QString &path, qint64 limit)
{
    return readPart(path, limit, true);
}

} // namespace signalbox
