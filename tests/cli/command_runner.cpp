#include "tests/cli/command_runner.h"

#include <QProcessEnvironment>
#include <QSignalSpy>

namespace signalbox {

QString addressOf(const ConnectionSettings &settings)
{
    QStringList pairs;
    const auto add = [&pairs](const char *name, const QString &value) {
        if (!value.isEmpty())
            pairs << QStringLiteral("%1='%2'").arg(QLatin1String(name), value);
    };
    add("host", settings.host);
    add("port", settings.port > 0 ? QString::number(settings.port) : QString());
    add("dbname", settings.database);
    add("user", settings.user);
    add("password", settings.password.reveal());
    return pairs.join(' ');
}

CommandRunner::CommandRunner(const ConnectionSettings &settings)
    : m_address(addressOf(settings))
{
}

CommandRunner::CommandRunner() = default;

std::unique_ptr<QProcess> CommandRunner::start(const QStringList &arguments, const QByteArray &input) const
{
    auto process = std::make_unique<QProcess>();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.remove(QStringLiteral("DATABASE_URL"));
    if (!m_address.isEmpty())
        environment.insert(QStringLiteral("DATABASE_URL"), m_address);
    for (auto item = m_environment.cbegin(); item != m_environment.cend(); ++item)
        environment.insert(item.key(), item.value());
    process->setProcessEnvironment(environment);
    const QString program =
        qEnvironmentVariable("SIGNALBOX_EXECUTABLE", QStringLiteral(SIGNALBOX_EXECUTABLE));
    process->start(program, arguments);
    process->write(input);
    process->closeWriteChannel();
    return process;
}

CommandOutcome CommandRunner::finish(QProcess &process, int timeoutMs)
{
    QSignalSpy finished(&process, &QProcess::finished);
    if (process.state() != QProcess::NotRunning && !finished.wait(timeoutMs))
        process.kill();
    CommandOutcome outcome;
    if (process.state() == QProcess::NotRunning && process.exitStatus() == QProcess::NormalExit)
        outcome.exitCode = process.exitCode();
    outcome.out = process.readAllStandardOutput();
    outcome.err = process.readAllStandardError();
    return outcome;
}

CommandOutcome CommandRunner::run(const QStringList &arguments, const QByteArray &input) const
{
    return finish(*start(arguments, input));
}

} // namespace signalbox
