#pragma once

#include "app/core/result.h"

#include <QString>

#include <utility>

namespace signalbox {

/// An open lock file with a flock on it. The kernel drops the lock when the process ends, however it ends,
/// which is what makes counting users robust. Blocks the calling thread where it says so.
class FileLock
{
public:
    /// Opens the file without locking it; a link is refused, the server's user may have laid it. The
    /// descriptor is closed on exec, so that no child process, the server least of all, keeps the lock alive.
    static Result<FileLock> open(const QString &path);
    FileLock(FileLock &&other) noexcept
        : m_descriptor(std::exchange(other.m_descriptor, -1))
    {
    }
    FileLock &operator=(FileLock &&other) noexcept;
    FileLock(const FileLock &) = delete;
    ~FileLock();

    Done lockShared();       ///< blocks while another holds it exclusively
    Done lockExclusive();    ///< blocks while another holds it at all
    bool tryLockExclusive(); ///< also turns a shared lock of ours into an exclusive one
    void unlock();

private:
    explicit FileLock(int descriptor)
        : m_descriptor(descriptor)
    {
    }
    Done lock(int operation);

    int m_descriptor = -1;
};

} // namespace signalbox
