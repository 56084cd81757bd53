#include "app/cli/worker_settings.h"

#include "app/platform/logging.h"

#include <QFile>

#include <algorithm>

namespace signalbox {

namespace {

constexpr int largestConcurrency = 1'000;
constexpr int longestSeconds = 3'600;
constexpr int shortestLease = 2;
constexpr qint64 largestFile = 64 * 1024;

/// One setting: its option, how a value is taken over, how it is shown, and whether it can change in a
/// running worker.
struct Setting
{
    Option option;
    Done (*take)(const QString &value, WorkerSettings &settings);
    QString (*show)(const WorkerSettings &settings);
    bool changesAtRunTime = true;
};

template <int WorkerSettings::*member, int least, int most>
Done takeNumber(const QString &value, WorkerSettings &settings)
{
    bool isNumber = false;
    const int number = value.toInt(&isNumber);
    if (!isNumber || number < least || number > most)
        return fail(QString(), QStringLiteral("takes a whole number from %1 to %2").arg(least).arg(most));
    settings.*member = number;
    return {};
}

template <int WorkerSettings::*member> QString showNumber(const WorkerSettings &settings)
{
    return QString::number(settings.*member);
}

template <typename Value> Done takeOver(const Result<Value> &value, auto &target)
{
    if (!value)
        return fail(value.error());
    target = *value;
    return {};
}

const QList<Setting> &settingTable()
{
    static const QList<Setting> table{
        {{"concurrency", "N", "requests in flight; 64 by default"},
         takeNumber<&WorkerSettings::concurrency, 1, largestConcurrency>,
         showNumber<&WorkerSettings::concurrency>},
        {{"lease-seconds", "N", "how long jobs stay with a worker that falls silent; 30 by default"},
         takeNumber<&WorkerSettings::leaseSeconds, shortestLease, longestSeconds>,
         showNumber<&WorkerSettings::leaseSeconds>,
         false},
        {{"drain-seconds", "N", "time for requests in flight when it is stopped; 10 by default"},
         takeNumber<&WorkerSettings::drainSeconds, 0, longestSeconds>,
         showNumber<&WorkerSettings::drainSeconds>},
        {{"stall-seconds", "N", "due work without progress for so long is unhealthy; 60 by default"},
         takeNumber<&WorkerSettings::stallSeconds, 1, longestSeconds>,
         showNumber<&WorkerSettings::stallSeconds>},
        {{"log-format", "FORMAT", "text (default) or json: one object a line, on stderr"},
         [](const QString &value, WorkerSettings &settings) {
             return takeOver(logFormatFromName(value), settings.logFormat);
         },
         [](const WorkerSettings &settings) { return nameOf(settings.logFormat); }},
        {{"log-level", "LEVEL", "debug, info (default), warning or error"},
         [](const QString &value, WorkerSettings &settings) {
             return takeOver(logLevelFromName(value), settings.logLevel);
         },
         [](const WorkerSettings &settings) { return nameOf(settings.logLevel); }},
        {{"metrics-listen", "ADDR:PORT",
          "serve /metrics and /healthz there, e.g. 127.0.0.1:9464 or [::1]:9464"},
         [](const QString &value, WorkerSettings &settings) {
             return takeOver(metricsAddressFromText(value), settings.metricsListen);
         },
         [](const WorkerSettings &settings) {
             return settings.metricsListen ? settings.metricsListen->text() : QStringLiteral("none");
         },
         false},
    };
    return table;
}

const Setting *findSetting(const QString &name)
{
    const auto &table = settingTable();
    const auto found = std::find_if(table.cbegin(), table.cend(),
                                    [&name](const Setting &setting) { return setting.option.name == name; });
    return found == table.cend() ? nullptr : &*found;
}

Error wrongLine(const QString &path, int number, const Error &error)
{
    return {Error::Kind::Failed,
            QStringLiteral("%1, line %2").arg(path).arg(number),
            error.why,
            error.hint,
            {},
            -1};
}

Done takeLine(const QString &line, WorkerSettings &settings, QStringList &seen)
{
    const qsizetype equals = line.indexOf('=');
    const QString name = line.left(qMax<qsizetype>(0, equals)).trimmed();
    const Setting *setting = findSetting(name);
    if (!setting) {
        // The line is not quoted: it may hold what belongs elsewhere, such as a connection with its password.
        return fail(QString(), QStringLiteral("it is no setting; a line is name = value"),
                    QStringLiteral("see signalbox worker --help"));
    }
    if (seen.contains(name))
        return fail(QString(), QStringLiteral("%1 is set twice").arg(name));
    seen << name;
    if (Done done = setting->take(line.mid(equals + 1).trimmed(), settings); !done) {
        Error error = done.error();
        error.why = name + ' ' + error.why;
        return fail(error);
    }
    return {};
}

Result<WorkerSettings> readFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(QStringLiteral("read ") + path, file.errorString());
    const QByteArray text = file.read(largestFile + 1);
    if (text.size() > largestFile)
        return fail(QStringLiteral("read ") + path,
                    QStringLiteral("it is larger than a file of settings can be"));
    WorkerSettings settings;
    QStringList seen;
    int number = 0;
    for (const QByteArray &bytes : text.split('\n')) {
        ++number;
        const QString line = QString::fromUtf8(bytes).trimmed();
        if (line.isEmpty() || line.startsWith('#'))
            continue;
        if (Done done = takeLine(line, settings, seen); !done)
            return fail(wrongLine(path, number, done.error()));
    }
    return settings;
}

} // namespace

QList<Option> workerSettingOptions()
{
    QList<Option> options;
    for (const Setting &setting : settingTable())
        options << setting.option;
    options << Option{
        QStringLiteral("config"), QStringLiteral("FILE"),
        QStringLiteral("lines of name = value for the options above, which win; read again on SIGHUP")};
    return options;
}

Result<WorkerSettings> readWorkerSettings(const CommandLine &line)
{
    WorkerSettings settings;
    if (line.has(QStringLiteral("config"))) {
        const auto file = readFile(line.value(QStringLiteral("config")));
        if (!file)
            return fail(file.error());
        settings = *file;
    }
    for (const Setting &setting : settingTable()) {
        const QString &name = setting.option.name;
        if (!line.has(name))
            continue;
        if (Done done = setting.take(line.value(name), settings); !done)
            return fail(Error::Kind::Usage, QStringLiteral("command line"),
                        QStringLiteral("--%1 %2").arg(name, done.error().why), done.error().hint);
    }
    return settings;
}

SettingsChange changeOf(const WorkerSettings &before, const WorkerSettings &after)
{
    SettingsChange change;
    for (const Setting &setting : settingTable()) {
        const QString was = setting.show(before);
        const QString is = setting.show(after);
        if (was == is)
            continue;
        QStringList &list = setting.changesAtRunTime ? change.applied : change.needsRestart;
        list << QStringLiteral("%1: %2 -> %3").arg(setting.option.name, was, is);
    }
    return change;
}

} // namespace signalbox
