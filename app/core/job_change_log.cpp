#include "app/core/job_change_log.h"

#include <QCoreApplication>
#include <QStringList>

namespace signalbox {

namespace {

QString translated(const char *text)
{
    return QCoreApplication::translate("JobChangeLog", text);
}

} // namespace

QString outcomeWords(const RetryOutcome &outcome)
{
    const bool isOne = outcome.jobs() == 1;
    QStringList parts;
    const auto add = [&parts, isOne](qint64 jobs, const char *text) {
        if (jobs > 0)
            parts << (isOne ? translated(text) : QStringLiteral("%1 %2").arg(jobs).arg(translated(text)));
    };
    add(outcome.delivered, QT_TRANSLATE_NOOP("JobChangeLog", "delivered"));
    add(outcome.failed, QT_TRANSLATE_NOOP("JobChangeLog", "failed again"));
    add(outcome.cancelled, QT_TRANSLATE_NOOP("JobChangeLog", "cancelled"));
    add(outcome.waiting, QT_TRANSLATE_NOOP("JobChangeLog", "waiting"));
    add(outcome.gone, QT_TRANSLATE_NOOP("JobChangeLog", "removed since"));
    return parts.join(QStringLiteral(", "));
}

QString outcomeLine(const RetryOutcome &outcome)
{
    return translated("%1 retried: %2").arg(outcome.jobs()).arg(outcomeWords(outcome));
}

QString changeFilter(const QString &changeId)
{
    return QStringLiteral("change:") + changeId;
}

} // namespace signalbox
