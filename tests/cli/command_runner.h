#pragma once

#include "app/database/connection_settings.h"

#include <QByteArray>
#include <QHash>
#include <QProcess>
#include <QString>
#include <QStringList>

#include <memory>

namespace signalbox {

/// What a call of the program left behind.
struct CommandOutcome
{
    int exitCode = -1; ///< -1: it crashed or did not end
    QByteArray out;
    QByteArray err;

    QStringList lines() const { return QString::fromUtf8(out).split('\n', Qt::SkipEmptyParts); }
    /// Whether it said exactly one line `signalbox: what: why`.
    bool saidOneLine() const
    {
        return err.startsWith("signalbox: ") && err.count('\n') == 1 && err.endsWith('\n');
    }
};

/// The text that --db takes for these settings.
QString addressOf(const ConnectionSettings &settings);

/// Calls the real executable against one database. The event loop runs meanwhile, so that a receiver in the
/// test can answer.
class CommandRunner
{
public:
    explicit CommandRunner(const ConnectionSettings &settings);
    /// Without a database: neither --db nor DATABASE_URL.
    CommandRunner();

    CommandOutcome run(const QStringList &arguments, const QByteArray &input = {}) const;
    std::unique_ptr<QProcess> start(const QStringList &arguments, const QByteArray &input = {}) const;
    static CommandOutcome finish(QProcess &process, int timeoutMs = 60'000);

    void setEnvironment(const QString &name, const QString &value) { m_environment.insert(name, value); }

private:
    QString m_address;
    QHash<QString, QString> m_environment;
};

} // namespace signalbox
