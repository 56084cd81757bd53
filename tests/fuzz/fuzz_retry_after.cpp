#include "app/core/retry_policy.h"
#include "tests/fuzz/fuzz_target.h"

// Retry-After: whatever a receiver asks for, a job waits a day at most and never into the past.

namespace signalbox {

namespace {

constexpr qint64 dayMs = 24LL * 3600 * 1000;

}

void fuzzOne(const QByteArray &input)
{
    const Parameter parameter(input);
    // From 2026 on, in steps of 150 days, so that two-digit years meet their turn of the century.
    const QDateTime now =
        QDateTime(QDate(2026, 11, 22), QTime(12, 0, 0, 500), Qt::UTC).addDays(150LL * parameter.number);
    const std::optional<qint64> hint = retryAfterMs(parameter.rest, now);
    always(!hint || (*hint >= 0 && *hint <= dayMs), "the hint lies within a day");
    always(retryAfterMs(' ' + parameter.rest + '\t', now) == hint, "space around the value means nothing");

    bool isNumber = false;
    const qint64 seconds = parameter.rest.toLongLong(&isNumber);
    const bool isPlain = isNumber && QByteArray::number(seconds) == parameter.rest && seconds >= 0;
    if (isPlain)
        always(hint == qMin(seconds, dayMs / 1000) * 1000, "a number is taken as seconds");
}

} // namespace signalbox
