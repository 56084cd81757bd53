#include "tests/support/small_disk.h"

#include "tests/support/server_program.h"

#include <QDir>
#include <QFile>

#include <cerrno>
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

namespace signalbox {

SmallDisk::SmallDisk(qint64 bytes)
{
    QDir().mkpath(mountPoint());
    const QByteArray options = "mode=0755,size=" + QByteArray::number(bytes);
    m_isMounted = mount("tmpfs", QFile::encodeName(mountPoint()).constData(), "tmpfs", MS_NOSUID | MS_NODEV,
                        options.constData()) == 0;
    if (!m_isMounted)
        return;
    // The server comes in by a path of which every part lets it through.
    QFile::setPermissions(m_directory.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner |
                                                  QFile::ExeGroup | QFile::ExeOther);
    makeServerDirectory(tablespace());
}

SmallDisk::~SmallDisk()
{
    if (m_isMounted)
        umount2(QFile::encodeName(mountPoint()).constData(), MNT_DETACH);
}

bool SmallDisk::fill() const
{
    const int file =
        open(QFile::encodeName(ballast()).constData(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0)
        return false;
    const QByteArray block(64 * 1024, 'x');
    // A write that finds too little room writes what fits.
    while (write(file, block.constData(), std::size_t(block.size())) > 0) {
    }
    const bool isFull = errno == ENOSPC;
    close(file);
    return isFull;
}

void SmallDisk::empty() const
{
    QFile::remove(ballast());
}

} // namespace signalbox
