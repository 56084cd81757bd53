#include "tests/support/server_program.h"

#include "app/database/private_cluster_binaries.h"
#include "app/database/private_cluster_process.h"

#include <QDir>
#include <QFile>
#include <QTcpServer>

#include <grp.h>
#include <unistd.h>

namespace signalbox {

namespace {

std::optional<ServerAccount> account()
{
    const auto found = ServerAccount::forThisProcess();
    if (!found)
        qFatal("%s", qPrintable(found.error().line()));
    return *found;
}

} // namespace

void runAsServerAccount(QProcess &process)
{
    const auto user = account();
    if (!user)
        return;
    process.setChildProcessModifier([user] {
        if (setgroups(user->groups.size(), user->groups.data()) != 0 || setgid(user->group) != 0 ||
            setuid(user->user) != 0)
            _exit(127);
    });
}

void runServerProgram(const QString &program, const QStringList &arguments, const QString &directory)
{
    ProgramCall call;
    call.program = serverBinaries() + '/' + program;
    call.arguments = arguments;
    call.workingDirectory = directory;
    call.account = account();
    const auto result = runProgram(call);
    if (!result)
        qFatal("%s", qPrintable(result.error().line()));
    if (result->exitCode != 0)
        qFatal("%s: %s", qPrintable(program), result->output.constData());
}

QString serverBinaries()
{
    const auto server = chooseServer(findServers(standardBinaryDirectories()), 0, {});
    if (!server)
        qFatal("%s", qPrintable(server.error().line()));
    return server->directory;
}

void makeServerDirectory(const QString &path)
{
    QDir(path).removeRecursively();
    QDir().mkpath(path);
    QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    const auto user = account();
    if (user && chown(QFile::encodeName(path).constData(), user->user, user->group) != 0)
        qFatal("%s cannot be given away", qPrintable(path));
}

int freePort()
{
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return server.serverPort();
}

} // namespace signalbox
