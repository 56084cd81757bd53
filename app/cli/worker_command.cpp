#include "app/cli/command_database.h"
#include "app/cli/stop_signals.h"
#include "app/cli/sub_commands.h"
#include "app/cli/worker_run.h"

#include <QCoreApplication>

namespace signalbox {

namespace {

constexpr int largestConcurrency = 1'000;

CommandResult work(const CommandContext &context)
{
    DispatcherOptions options;
    const auto concurrency = context.line.number(QStringLiteral("concurrency"), 1, largestConcurrency);
    if (!concurrency)
        return fail(concurrency.error());
    options.concurrency = concurrency->value_or(options.concurrency);
    options.untilIdle = context.line.has(QStringLiteral("until-idle"));

    const auto database = CommandDatabase::locate(context.line);
    if (!database)
        return fail(database.error());
    WorkerRun run(*database, options);
    const StopSignals signals_([&run] { run.stop(); });
    run.begin();
    return QCoreApplication::exec();
}

} // namespace

Command workerCommand()
{
    return {"worker",
            {},
            "deliver webhooks until it is stopped (SIGTERM drains)",
            {{"until-idle", {}, "end when nothing is left to deliver"},
             {"concurrency", "N", "requests in flight; 64 by default"}},
            0,
            0,
            work};
}

} // namespace signalbox
