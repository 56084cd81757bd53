#pragma once

#include "app/core/page.h"
#include "app/core/result.h"

#include <QDateTime>
#include <QList>
#include <QStringList>

namespace signalbox {

/// What a word of the filter language speaks of (design §8).
enum class FilterField {
    Status,
    Endpoint,
    Type,
    Code,
    Attempts,
    Age,
    Duration,
    Created,
    Error,
    Stream,
    Correlation,
    Id,
    Payload,
    Outcome,
    Held,
    Due,      ///< what a due job waits for, if anything
    Test,     ///< whether it is a test event
    Response, ///< text of a receiver's answer
    Failed,   ///< how long ago it failed
    Any,      ///< a word without a field: what it is, or where it stands
    Change    ///< jobs that a change of signalbox_changes touched
};

enum class Comparison { Equal, Less, LessOrEqual, Greater, GreaterOrEqual, Range };

/// One alternative of a term. `text` holds the value as typed (unquoted). For Range, `text` is the lower
/// bound and `upper` the upper one, both inclusive; either may be empty. Durations are milliseconds as
/// decimal text ("300000"); codes are "410" or a class as Range "500".."599"; timestamps ISO 8601 with
/// offset.
struct FilterValue
{
    Comparison comparison = Comparison::Equal;
    QString text;
    QString upper;
    friend bool operator==(const FilterValue &, const FilterValue &) = default;
};

/// `field:value,value`: alternatives are or-ed; terms are and-ed.
struct FilterTerm
{
    FilterField field = FilterField::Status;
    bool negated = false;
    QStringList path; ///< for Payload: the keys below payload
    QList<FilterValue> values;
    qsizetype position = 0; ///< where the word starts in the text
    qsizetype length = 0;
    friend bool operator==(const FilterTerm &, const FilterTerm &) = default;
};

struct Filter
{
    QString text; ///< as typed
    QList<FilterTerm> terms;
    bool isEmpty() const { return terms.isEmpty(); }
    friend bool operator==(const Filter &, const Filter &) = default;
};

/// Parses the filter language for one table. Every word that does not fit (unknown field, field that the
/// table does not have, value that is no status, number, duration, date, UUID ...) is an Error of kind Usage
/// whose `position` points at it. Nothing is ignored. A word without a field searches: a UUID, or at least
/// eight of its first digits, finds what it is; anything else is looked for in ids, types, endpoints and
/// errors. A status or a field's name alone is refused, because it was hardly meant so. Times without offset
/// are taken in the zone of `now`, times without date on its day, or on
/// the day that the range they end starts on; "yesterday" and "today" are dates.
Result<Filter> parseFilter(const QString &text, Table table,
                           const QDateTime &now = QDateTime::currentDateTime());

/// The words a table understands, for completion and help: "status:", "endpoint:" ...
QStringList filterFieldNames(Table table);

/// Quotes a value where the language needs it, so that `field:` + quoteFilterValue(x) parses back to x.
QString quoteFilterValue(const QString &value);

} // namespace signalbox
