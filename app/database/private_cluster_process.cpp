#include "app/database/private_cluster_process.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>

#include <algorithm>
#include <chrono>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace signalbox {

namespace {

QProcessEnvironment cleanEnvironment(const std::optional<ServerAccount> &account)
{
    const QProcessEnvironment ours = QProcessEnvironment::systemEnvironment();
    QProcessEnvironment environment;
    if (account) {
        for (const char *name : {"PATH", "TZ", "TMPDIR", "LANG"}) {
            if (ours.contains(QLatin1String(name)))
                environment.insert(QLatin1String(name), ours.value(QLatin1String(name)));
        }
        environment.insert(QStringLiteral("HOME"), account->home);
        environment.insert(QStringLiteral("USER"), account->name);
    } else {
        for (const QString &name : ours.keys()) {
            if (!name.startsWith(QLatin1String("PG")) && !name.startsWith(QLatin1String("LC_")))
                environment.insert(name, ours.value(name));
        }
    }
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C"));
    return environment;
}

} // namespace

Result<std::optional<ServerAccount>> ServerAccount::forThisProcess()
{
    if (geteuid() != 0)
        return std::optional<ServerAccount>();
    const passwd *entry = getpwnam("postgres");
    if (!entry) {
        return fail(Error::Kind::NotFound, QStringLiteral("private cluster"),
                    QStringLiteral("PostgreSQL does not run as root and there is no user postgres to run it"),
                    QStringLiteral("install postgresql-15"));
    }
    ServerAccount account;
    account.user = entry->pw_uid;
    account.group = entry->pw_gid;
    account.name = QString::fromLocal8Bit(entry->pw_name);
    account.home = QFile::decodeName(entry->pw_dir);
    int count = 64;
    account.groups.resize(size_t(count));
    if (getgrouplist(entry->pw_name, entry->pw_gid, account.groups.data(), &count) < 0)
        count = 0;
    account.groups.resize(size_t(count));
    return std::optional<ServerAccount>(std::move(account));
}

QString ServerAccount::firstClosedParent(const QString &path) const
{
    QStringList parents;
    for (QString parent = QFileInfo(path).absolutePath(); parent != QLatin1String("/");
         parent = QFileInfo(parent).absolutePath())
        parents.prepend(parent);
    for (const QString &parent : parents) {
        struct stat entry;
        if (stat(QFile::encodeName(parent).constData(), &entry) != 0)
            return {};
        const bool inGroup = std::find(groups.begin(), groups.end(), entry.st_gid) != groups.end();
        const mode_t needed = entry.st_uid == user ? S_IXUSR : inGroup ? S_IXGRP : S_IXOTH;
        if (!(entry.st_mode & needed))
            return parent;
    }
    return {};
}

Result<ProgramResult> runProgram(const ProgramCall &call)
{
    QProcess process;
    process.setProgram(call.program);
    process.setArguments(call.arguments);
    process.setProcessChannelMode(QProcess::MergedChannels);
    if (call.input.isEmpty())
        process.setStandardInputFile(QProcess::nullDevice());
    process.setProcessEnvironment(cleanEnvironment(call.account));
    // Ours may be a directory that the server's user cannot enter.
    process.setWorkingDirectory(call.workingDirectory.isEmpty() ? QStringLiteral("/")
                                                                : call.workingDirectory);
    if (call.account) {
        // Runs between fork and exec: system calls only.
        process.setChildProcessModifier([account = *call.account] {
            if (setsid() < 0 || setgroups(account.groups.size(), account.groups.data()) != 0 ||
                setgid(account.group) != 0 || setuid(account.user) != 0)
                _exit(126);
        });
    }
    const QString what = QStringLiteral("run ") + call.program;
    process.start();
    if (!process.waitForStarted())
        return fail(what, process.errorString());
    if (!call.input.isEmpty()) {
        process.write(call.input);
        process.closeWriteChannel();
    }
    if (!process.waitForFinished(call.timeoutSeconds * 1000)) {
        process.kill();
        process.waitForFinished(1000);
        return fail(what, QStringLiteral("it did not finish within %1 s").arg(call.timeoutSeconds));
    }
    if (process.exitStatus() != QProcess::NormalExit)
        return fail(what, QStringLiteral("it crashed"));
    return ProgramResult{process.exitCode(), process.readAll()};
}

bool waitUntil(const std::function<bool()> &condition, int timeoutMs)
{
    const QDeadlineTimer deadline(timeoutMs);
    while (!condition()) {
        if (deadline.hasExpired())
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
}

std::vector<pid_t> serverProcessesIn(const QString &directory)
{
    std::vector<pid_t> processes;
    const QString wanted = QFileInfo(directory).canonicalFilePath();
    const QDir proc(QStringLiteral("/proc"));
    for (const QString &entry : proc.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        bool isNumber = false;
        const int pid = entry.toInt(&isNumber);
        if (!isNumber || QFile::symLinkTarget(proc.filePath(entry) + QStringLiteral("/cwd")) != wanted)
            continue;
        const QString program = QFile::symLinkTarget(proc.filePath(entry) + QStringLiteral("/exe"));
        if (QFileInfo(program).fileName().startsWith(QLatin1String("postgres")))
            processes.push_back(pid);
    }
    return processes;
}

} // namespace signalbox
