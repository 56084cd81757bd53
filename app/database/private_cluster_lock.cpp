#include "app/database/private_cluster_lock.h"

#include <QFile>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace signalbox {

Result<FileLock> FileLock::open(const QString &path)
{
    const int descriptor = ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return fail(QStringLiteral("open the lock file ") + path,
                    QString::fromLocal8Bit(std::strerror(errno)));
    }
    return FileLock(descriptor);
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
