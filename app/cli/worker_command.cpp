#include "app/cli/command_database.h"
#include "app/cli/process_signals.h"
#include "app/cli/sub_commands.h"
#include "app/cli/worker_run.h"
#include "app/platform/logging.h"

#include <QCoreApplication>

namespace signalbox {

namespace {

CommandResult work(const CommandContext &context)
{
    const auto settings = readWorkerSettings(context.line);
    if (!settings)
        return fail(settings.error());
    setLogFormat(settings->logFormat);
    setLogLevel(settings->logLevel);
    const auto database = CommandDatabase::locate(context.line, Access::ReadWrite);
    if (!database)
        return fail(database.error());
    const auto proxy = chosenProxy(context.line, *database);
    if (!proxy)
        return fail(proxy.error());
    WorkerRun run(*database, context.line, *settings, *proxy);
    const ProcessSignals signals_([&run] { run.stop(); }, [&run] { run.reload(); });
    if (Done done = run.begin(); !done)
        return fail(done.error());
    return QCoreApplication::exec();
}

} // namespace

Command workerCommand()
{
    return {"worker",
            {},
            "deliver webhooks until it is stopped (SIGTERM drains, SIGHUP reads --config again)",
            QList<Option>{{"until-idle", {}, "end when nothing is left to deliver"}, proxyOption()} +
                workerSettingOptions(),
            0,
            0,
            work};
}

} // namespace signalbox
