#pragma once

#include "app/core/result.h"
#include "app/database/private_cluster_process.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <optional>

namespace signalbox {

/// What is done to files where the server's user may have laid links. We may be root, so nothing in there is
/// created, written, renamed or removed by ourselves: a program that runs as that user does it, who can reach
/// by a link only what is its own anyway. Blocks its thread.
class ServerFiles
{
public:
    /// As the account, or as ourselves where there is none.
    explicit ServerFiles(std::optional<ServerAccount> account);

    /// With its parents, 0700.
    Done makeDirectory(const QString &path) const;
    /// Makes empty files where there are none; what exists is left alone, and links are not followed.
    Done makeFiles(const QStringList &paths) const;
    /// Replaces the file as a whole, and a link by a file.
    Done write(const QString &path, const QByteArray &text) const;
    Done append(const QString &path, const QByteArray &text) const;
    Done rename(const QString &from, const QString &to) const;
    /// Removes files, folders with what is in them, and links but not what they lead to. Missing ones are
    /// fine.
    Done remove(const QStringList &paths) const;

private:
    Done runScript(const QString &what, const QString &script, const QStringList &arguments,
                   const QByteArray &input = {}) const;

    std::optional<ServerAccount> m_account;
};

/// The beginning of a plain file, at most `limit` bytes; empty where there is none. Follows no link in the
/// last part of the path and waits for nobody: a FIFO or a device is no plain file.
QByteArray readPlainFile(const QString &path, qint64 limit);
/// The end of one.
QByteArray readEndOfPlainFile(const QString &path, qint64 limit);

} // namespace signalbox
