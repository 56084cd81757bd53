#pragma once

#include "app/cli/command_line.h"
#include "app/core/log_event.h"
#include "app/metrics/metrics_server.h"

#include <QStringList>

#include <optional>

namespace signalbox {

/// What can be set about a worker. A file's lines and the command line's options go by the same names.
struct WorkerSettings
{
    int concurrency = 64;
    int leaseSeconds = 30;
    int drainSeconds = 10;
    int stallSeconds = 60; ///< due work without progress for longer is unhealthy
    LogFormat logFormat = LogFormat::Text;
    LogLevel logLevel = LogLevel::Info;
    std::optional<MetricsAddress> metricsListen;
};

/// The options of the command that are settings.
QList<Option> workerSettingOptions();

/// Reads settings: the defaults, over them the lines `name = value` of the file that --config names (# begins
/// a comment), over them the command line. Every line must be understood, so that a misspelt name does not
/// pass unnoticed. Errors: Usage for the command line, Failed for the file.
Result<WorkerSettings> readWorkerSettings(const CommandLine &line);

/// What differs, as "name: old -> new".
struct SettingsChange
{
    QStringList applied;      ///< can change while the worker runs
    QStringList needsRestart; ///< cannot
};
SettingsChange changeOf(const WorkerSettings &before, const WorkerSettings &after);

} // namespace signalbox
