#pragma once

#include <QProcess>
#include <QString>
#include <QStringList>

namespace signalbox {

/// Lets a process run as the user that PostgreSQL runs as, since neither PostgreSQL nor PgBouncer take root.
void runAsServerAccount(QProcess &process);

/// Runs a program of PostgreSQL's to its end as that user; ends the test program when it fails.
void runServerProgram(const QString &program, const QStringList &arguments, const QString &directory);

/// Where PostgreSQL's programs are.
QString serverBinaries();

/// A directory that this user owns, made afresh.
void makeServerDirectory(const QString &path);

/// A TCP port of the loopback address that nobody listens on.
int freePort();

} // namespace signalbox
