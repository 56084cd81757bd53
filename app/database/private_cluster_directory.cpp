#include "app/database/private_cluster_directory.h"

#include "app/database/private_cluster_files.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <cerrno>
#include <climits>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace signalbox {

namespace {

constexpr int mostLinks = 40; // as the kernel

QString actName()
{
    return QStringLiteral("private cluster");
}

/// An open directory, whatever becomes of its path.
class OpenDirectory
{
public:
    OpenDirectory(const QString &path, bool followLink)
        : m_descriptor(::open(QFile::encodeName(path).constData(),
                              O_RDONLY | O_DIRECTORY | O_CLOEXEC | (followLink ? 0 : O_NOFOLLOW)))
        , m_error(m_descriptor < 0 ? errno : 0)
    {
        if (m_descriptor >= 0 && fstat(m_descriptor, &m_entry) != 0)
            m_error = errno;
    }
    ~OpenDirectory()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    OpenDirectory(const OpenDirectory &) = delete;

    int error() const { return m_error; } ///< errno of opening, or 0
    uid_t owner() const { return m_entry.st_uid; }
    bool isEmpty() const { return QDir(QStringLiteral("/proc/self/fd/%1").arg(m_descriptor)).isEmpty(); }
    bool giveTo(const ServerAccount &account) const
    {
        return fchown(m_descriptor, account.user, account.group) == 0;
    }
    bool close() const { return fchmod(m_descriptor, S_IRWXU) == 0; }

private:
    int m_descriptor;
    int m_error;
    struct stat m_entry = {};
};

tl::unexpected<Error> refused(const QString &why, const QString &hint)
{
    return fail(Error::Kind::Refused, actName(), why, hint);
}

tl::unexpected<Error> refusedAsOthersDecide(const QString &path)
{
    return refused(QStringLiteral("somebody else than root decides where %1 leads").arg(path),
                   QStringLiteral("choose a directory whose parents are root's own"));
}

bool isRootsAlone(const QString &directory)
{
    struct stat entry;
    if (lstat(QFile::encodeName(directory).constData(), &entry) != 0)
        return false;
    return S_ISDIR(entry.st_mode) && entry.st_uid == 0 &&
           (!(entry.st_mode & (S_IWGRP | S_IWOTH)) || (entry.st_mode & S_ISVTX));
}

QString linkTarget(const QString &link)
{
    char target[PATH_MAX];
    const ssize_t length = readlink(QFile::encodeName(link).constData(), target, sizeof(target));
    return length > 0 && size_t(length) < sizeof(target) ? QFile::decodeName(QByteArray(target, length))
                                                         : QString();
}

Done makeMissing(const QString &path, const std::optional<ServerAccount> &account)
{
    if (account && onlyRootDecides(path)) {
        // In two steps: in a sticky directory somebody may have been quicker with a part of the path.
        const QString parent = QFileInfo(path).absolutePath();
        if (!QDir().mkpath(parent) || !onlyRootDecides(path) ||
            (mkdir(QFile::encodeName(path).constData(), S_IRWXU) != 0 && errno != EEXIST))
            return fail(actName(), QStringLiteral("the directory %1 could not be created").arg(path));
        return {};
    }
    if (Done made = ServerFiles(account).makeDirectory(path); !made)
        return fail(actName(),
                    QStringLiteral("the directory %1 could not be created: %2").arg(path, made.error().why));
    return {};
}

} // namespace

bool onlyRootDecides(const QString &path)
{
    QString reached = QStringLiteral("/");
    QStringList rest = path.split('/', Qt::SkipEmptyParts);
    int links = 0;
    while (!rest.isEmpty() && isRootsAlone(reached)) {
        const QString part = rest.takeFirst();
        if (part == QLatin1String("."))
            continue;
        if (part == QLatin1String("..")) {
            reached = QFileInfo(reached).absolutePath();
            continue;
        }
        const QString next = (reached == QLatin1String("/") ? QString() : reached) + '/' + part;
        struct stat entry;
        if (lstat(QFile::encodeName(next).constData(), &entry) != 0)
            return errno == ENOENT; // the rest is still to be made
        if (S_ISLNK(entry.st_mode)) {
            const QString target = linkTarget(next);
            if (entry.st_uid != 0 || target.isEmpty() || ++links > mostLinks)
                return false;
            rest = target.split('/', Qt::SkipEmptyParts) + rest;
            reached = target.startsWith('/') ? QStringLiteral("/") : reached;
            continue;
        }
        if (rest.isEmpty())
            return true;
        reached = next;
    }
    return rest.isEmpty();
}

Done prepareServerDirectory(const QString &path, const std::optional<ServerAccount> &account)
{
    // A link that root made for itself is followed; what the server's user could have made is not.
    const bool trusted = !account || onlyRootDecides(path);
    if (OpenDirectory(path, trusted).error() == ENOENT) {
        if (Done made = makeMissing(path, account); !made)
            return made;
    }
    const OpenDirectory directory(path, trusted);
    if (directory.error() == ELOOP || directory.error() == ENOTDIR) {
        return !trusted ? Done(refusedAsOthersDecide(path))
                        : Done(fail(actName(), QStringLiteral("%1 is not a directory").arg(path)));
    }
    if (directory.error() != 0)
        return fail(actName(), QStringLiteral("%1: %2").arg(
                                   path, QString::fromLocal8Bit(std::strerror(directory.error()))));
    if (directory.owner() != (account ? account->user : geteuid())) {
        // One that others use already, as /tmp, must not be taken from them.
        if (!directory.isEmpty()) {
            return refused(QStringLiteral("%1 holds files of others and belongs to user %2")
                               .arg(path, QFileInfo(path).owner()),
                           QStringLiteral("choose an empty or new directory"));
        }
        if (!trusted)
            return refusedAsOthersDecide(path);
        if (!account || !directory.giveTo(*account))
            return fail(actName(), QStringLiteral("%1 belongs to somebody else").arg(path));
    }
    if (!directory.close())
        return fail(actName(), QStringLiteral("%1 could not be closed to others").arg(path));
    return {};
}

} // namespace signalbox
