#include "app/core/filter_vocabulary.h"

#include <array>

namespace signalbox {

namespace {

struct Word
{
    FilterField field;
    QLatin1String name;
};

constexpr std::array<Word, 21> words{{
    {FilterField::Status, QLatin1String("status")},
    {FilterField::Endpoint, QLatin1String("endpoint")},
    {FilterField::Type, QLatin1String("type")},
    {FilterField::Code, QLatin1String("code")},
    {FilterField::Attempts, QLatin1String("attempts")},
    {FilterField::Age, QLatin1String("age")},
    {FilterField::Duration, QLatin1String("duration")},
    {FilterField::Created, QLatin1String("created")},
    {FilterField::Error, QLatin1String("error")},
    {FilterField::Stream, QLatin1String("stream")},
    {FilterField::Correlation, QLatin1String("correlation")},
    {FilterField::Id, QLatin1String("id")},
    {FilterField::Payload, QLatin1String("payload")},
    {FilterField::Outcome, QLatin1String("outcome")},
    {FilterField::Held, QLatin1String("held")},
    {FilterField::Response, QLatin1String("response")},
    {FilterField::Failed, QLatin1String("failed")},
    {FilterField::Any, QLatin1String("any")},
    {FilterField::Due, QLatin1String("due")},
    {FilterField::Test, QLatin1String("test")},
    {FilterField::Change, QLatin1String("change")},
}};

} // namespace

const QStringList &jobStatusWords()
{
    static const QStringList list{"pending", "processing", "completed", "failed", "cancelled"};
    return list;
}

const QStringList &outcomeWords()
{
    static const QStringList list{"never-connected", "no-answer", "answered"};
    return list;
}

const QStringList &heldWords()
{
    static const QStringList list{"breaker",   "disabled",    "back-off", "rate",      "leased", "foreign",
                                  "no-worker", "retry-after", "slot",     "scheduled", "order"};
    return list;
}

const QStringList &dueWords()
{
    static const QStringList list{"ready", "throttled", "breaker", "disabled"};
    return list;
}

const QStringList &testWords()
{
    static const QStringList list{"yes", "no"};
    return list;
}

std::optional<FilterField> filterFieldByName(const QString &name)
{
    for (const Word &word : words) {
        if (name.compare(word.name, Qt::CaseInsensitive) == 0)
            return word.field;
    }
    return std::nullopt;
}

QString filterFieldName(FilterField field)
{
    for (const Word &word : words) {
        if (word.field == field)
            return word.name;
    }
    return {};
}

const QList<FilterField> &filterFields(Table table)
{
    using enum FilterField;
    // Code, outcome and duration of a job are those of any of its attempts; status of a delivery is its
    // job's.
    static const QList<FilterField> jobs{Status,   Endpoint, Type,     Attempts,    Age,  Created, Error,
                                         Stream,   Id,       Payload,  Correlation, Held, Code,    Outcome,
                                         Duration, Failed,   Response, Due,         Test, Change,  Any};
    static const QList<FilterField> deliveries{Endpoint, Type,    Code,   Duration, Outcome, Error,
                                               Age,      Created, Id,     Attempts, Status,  Correlation,
                                               Stream,   Payload, Failed, Response, Test,    Any};
    static const QList<FilterField> events{Type, Stream, Correlation, Age, Created, Id, Payload, Any};
    static const QList<FilterField> streams{Stream, Id, Age, Created, Any};
    switch (table) {
    case Table::Jobs:
        return jobs;
    case Table::Deliveries:
        return deliveries;
    case Table::Events:
        return events;
    case Table::Streams:
        break;
    }
    return streams;
}

QStringList filterFieldNames(Table table)
{
    QStringList names;
    for (const FilterField field : filterFields(table))
        names << filterFieldName(field) + (field == FilterField::Payload ? '.' : ':');
    return names;
}

} // namespace signalbox
