#pragma once

#include <QDateTime>
#include <QString>

#include <optional>

namespace signalbox {

/// A point in time as an operator writes it, to the microsecond. Writing "2026-11-01" means a day, "13:00" a
/// minute.
struct FilterMoment
{
    enum class Unit { Day, Minute, Second, Microsecond };

    QDateTime second; ///< UTC, whole seconds: the start
    int microseconds = 0;
    Unit unit = Unit::Day;
    QDateTime lastSecond; ///< last whole second that the text stands for
    QDate day;            ///< as written, or the day of `now`

    QString first() const; ///< ISO 8601 in UTC, with a fraction only where there is one
    QString last() const;  ///< last microsecond of the day, minute or second; itself for Microsecond
};

/// `2026-11-01`, `2026-11-01T13:00[:05[.123456]]` (or a space for the T), `13:00[:05]` of today; `yesterday`
/// and `today` stand for dates; times may end in Z or an offset, else they are in the zone of `now`.
/// The end of a range that starts at a time of some day is on that day, unless it names another.
std::optional<FilterMoment> parseFilterMoment(const QString &text, const QDateTime &now,
                                              const std::optional<FilterMoment> &start = std::nullopt);

} // namespace signalbox
