#include "app/database/private_cluster_lock.h"

#include <QFile>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace signalbox {

Result<FileLock> FileLock::open(const QString &path)
{
    const QString what = QStringLiteral("open the lock file ") + path;
    FileLock lock(
        ::open(QFile::encodeName(path).constData(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (lock.m_descriptor < 0)
        return fail(what, QString::fromLocal8Bit(std::strerror(errno)));
    struct stat entry = {};
    if (fstat(lock.m_descriptor, &entry) != 0 || !S_ISREG(entry.st_mode))
        return fail(what, QStringLiteral("it is not a plain file"));
    return lock;
}

FileLock &FileLock::operator=(FileLock &&other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

FileLock::~FileLock()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Done FileLock::lock(int operation)
{
    while (::flock(m_descriptor, operation) != 0) {
        if (errno != EINTR)
            return fail(QStringLiteral("lock a file of the private cluster"),
                        QString::fromLocal8Bit(std::strerror(errno)));
    }
    return {};
}

Done FileLock::lockShared()
{
    return lock(LOCK_SH);
}

Done FileLock::lockExclusive()
{
    return lock(LOCK_EX);
}

bool FileLock::tryLockExclusive()
{
    return ::flock(m_descriptor, LOCK_EX | LOCK_NB) == 0;
}

void FileLock::unlock()
{
    ::flock(m_descriptor, LOCK_UN);
}

} // namespace signalbox
