#include "app/cli/command_database.h"
#include "app/cli/consent.h"
#include "app/cli/output.h"
#include "app/cli/sub_commands.h"
#include "app/core/duration.h"
#include "app/core/filter.h"
#include "app/database/job_changes.h"

#include <QElapsedTimer>
#include <QFile>
#include <QUuid>

#include <cstdio>

namespace signalbox {

namespace {

tl::unexpected<Error> wrong(const CommandContext &context, const QString &why)
{
    return fail(Error::Kind::Usage, context.command.name, why);
}

QString doneWord(JobAction action)
{
    switch (action) {
    case JobAction::Cancel:
        return QStringLiteral("cancelled");
    case JobAction::Follow:
        return QStringLiteral("set as their endpoint is now");
    case JobAction::Retry:
    case JobAction::SendNow:
        break;
    }
    return QStringLiteral("retried");
}

void printPreview(const ActionPreview &preview)
{
    const auto count = [](const char *what, qint64 jobs) {
        if (jobs > 0)
            printLine(QStringLiteral("%1 %2").arg(jobs).arg(QLatin1String(what)));
    };
    printLine(QStringLiteral("%1 of %2 selected %3 would be %4")
                  .arg(preview.affected)
                  .arg(preview.selected)
                  .arg(preview.selected == 1 ? QStringLiteral("job") : QStringLiteral("jobs"))
                  .arg(doneWord(preview.action)));
    count("being sent right now", preview.inFlight);
    count("to wait, because their endpoint is disabled", preview.heldByDisabled);
    count("perhaps processed already: the last attempt was sent and not answered", preview.ambiguous);
    for (const QSqlRecord &row : preview.byStatus)
        printLine(QStringLiteral("status %1: %2 of %3")
                      .arg(row.value(QStringLiteral("status")).toString())
                      .arg(row.value(QStringLiteral("affected")).toLongLong())
                      .arg(row.value(QStringLiteral("jobs")).toLongLong()));
    for (const QSqlRecord &row : preview.byEndpoint)
        printLine(QStringLiteral("endpoint %1: %2")
                      .arg(row.value(QStringLiteral("endpoint_id")).toString())
                      .arg(row.value(QStringLiteral("jobs")).toLongLong()));
}

// A line now and then while it takes long.
ActionWatch tellingWatch(const QString &name)
{
    constexpr int everyMs = 2'000;
    auto sinceTold = std::make_shared<QElapsedTimer>();
    sinceTold->start();
    ActionWatch watch;
    watch.progress = [name, sinceTold](const ActionProgress &progress) {
        if (!sinceTold->hasExpired(everyMs))
            return;
        sinceTold->start();
        printMessage(QStringLiteral("%1: %2 of %3").arg(name).arg(progress.done).arg(progress.total));
    };
    return watch;
}

// One id a line; empty lines do not count.
Result<QStringList> readIds(const QString &name)
{
    const QString what = QStringLiteral("read ") + name;
    QFile file(name);
    const bool isOpen =
        name == QLatin1String("-") ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (!isOpen)
        return fail(what, file.errorString());
    QStringList ids;
    int line = 0;
    for (const QString &text : QString::fromUtf8(file.readAll()).split('\n')) {
        ++line;
        if (text.trimmed().isEmpty())
            continue;
        const QUuid id = QUuid::fromString(text.trimmed());
        if (id.isNull())
            return fail(Error::Kind::Refused, what, QStringLiteral("line %1 is no id of a job").arg(line));
        ids << id.toString(QUuid::WithoutBraces);
    }
    if (ids.isEmpty())
        return fail(Error::Kind::Refused, what, QStringLiteral("it holds no id"));
    return ids;
}

Result<JobSelection> chosenJobs(const CommandContext &context)
{
    const CommandLine &line = context.line;
    const QString expression = line.value(QStringLiteral("filter")).trimmed();
    const bool isAll = line.has(QStringLiteral("all"));
    const bool byIds = line.has(QStringLiteral("ids"));
    const int ways = int(!expression.isEmpty()) + int(isAll) + int(byIds);
    if (ways == 0)
        return wrong(context,
                     QStringLiteral("--filter is missing; nothing is taken to mean every job (--all does)"));
    if (ways > 1)
        return wrong(context, QStringLiteral("give one of --filter, --ids and --all"));
    JobSelection selection;
    selection.all = isAll;
    if (byIds) {
        const auto ids = readIds(line.value(QStringLiteral("ids")));
        if (!ids)
            return fail(ids.error());
        selection.ids = *ids;
        return selection;
    }
    const auto filter = parseFilter(expression, Table::Jobs);
    if (!filter)
        return fail(filter.error());
    selection.filter = *filter;
    return selection;
}

Result<JobRetryOptions> retryOptions(const CommandLine &line)
{
    JobRetryOptions options;
    options.startOver = line.has(QStringLiteral("start-over"));
    options.keepSnapshot = line.has(QStringLiteral("keep-snapshot"));
    if (line.has(QStringLiteral("spread"))) {
        const auto spread = readDuration(line.value(QStringLiteral("spread")), QStringLiteral("--spread"));
        if (!spread)
            return fail(spread.error());
        options.spreadMs = *spread;
    }
    return options;
}

CommandResult change(const CommandContext &context, JobAction action)
{
    const CommandLine &line = context.line;
    const auto options = retryOptions(line);
    if (!options)
        return fail(options.error());
    const JobChange wanted{action, *options};
    const auto selection = chosenJobs(context);
    if (!selection)
        return fail(selection.error());
    const auto act = openWithConsent(context);
    if (!act)
        return fail(act.error());
    if (!act->consent.isGiven()) {
        const auto preview = previewJobs(*act->database.connection, *selection, wanted);
        if (!preview)
            return fail(preview.error());
        printPreview(*preview);
        return act->consent.leave();
    }
    const auto result = changeJobs(*act->database.connection, *selection, wanted, act->consent.reason(),
                                   tellingWatch(context.command.name));
    if (!result)
        return fail(result.error());
    printLine(QString::number(result->changed));
    if (result->skipped > 0)
        printMessage(result->skipped == 1
                         ? context.command.name + QStringLiteral(": one selected job was left as it is")
                         : QStringLiteral("%1: %2 selected jobs were left as they are")
                               .arg(context.command.name)
                               .arg(result->skipped));
    if (result->refused > 0)
        printMessage(QStringLiteral("%1: %2 jobs were refused: %3")
                         .arg(context.command.name)
                         .arg(result->refused)
                         .arg(result->refusal));
    return result->refused > 0 ? 1 : 0;
}

CommandResult retry(const CommandContext &context)
{
    return change(context, context.line.has(QStringLiteral("now")) ? JobAction::SendNow : JobAction::Retry);
}

CommandResult sendNow(const CommandContext &context)
{
    return change(context, JobAction::SendNow);
}

CommandResult repoint(const CommandContext &context)
{
    return change(context, JobAction::Follow);
}

CommandResult cancel(const CommandContext &context)
{
    return change(context, JobAction::Cancel);
}

} // namespace

QList<Command> jobsChangeCommands()
{
    const QList<Option> options =
        QList<Option>{{"filter", "EXPR", "which jobs; words: " + filterFieldNames(Table::Jobs).join(' ')},
                      {"ids", "FILE|-", "file with the id of a job on each line, instead of a filter"},
                      {"all", {}, "every job, instead of a filter"}} +
        consentOptions();
    const Option now{"now", {}, "before whatever else waits for the endpoint"};
    const QList<Option> retrying{
        {"start-over", {}, "as many attempts as a new job has; else one more where all are used up"},
        {"spread", "DURATION", "due evenly over that time, the oldest first; else all at once"},
        {"keep-snapshot", {}, "URL, headers and timeout of the job, not those its endpoint has now"}};
    return {{"jobs retry",
             {},
             "send jobs again, at once; prints how many",
             options + QList<Option>{now} + retrying,
             0,
             0,
             retry},
            {"jobs send-now",
             {},
             "retry jobs before whatever else waits for their endpoint",
             options,
             0,
             0,
             sendNow},
            {"jobs repoint",
             {},
             "set jobs that wait or failed as their endpoint is set now: URL, headers, timeout, retries",
             options,
             0,
             0,
             repoint},
            {"jobs cancel", {}, "give jobs up", options, 0, 0, cancel}};
}

} // namespace signalbox
