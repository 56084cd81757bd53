#include "app/database/filter_attempts.h"

#include "app/database/filter_search.h"

#include <algorithm>

namespace signalbox {

namespace {

const QString delivery = QStringLiteral("delivery");

// Codes that only a failed attempt has, so that its partial index serves.
bool isFailedCode(const FilterValue &value)
{
    const int lower = value.text.toInt();
    const int upper = value.upper.toInt();
    switch (value.comparison) {
    case Comparison::Equal:
        return lower < 200 || lower > 299;
    case Comparison::Less:
        return lower <= 200;
    case Comparison::LessOrEqual:
        return lower < 200;
    case Comparison::Greater:
        return lower >= 299;
    case Comparison::GreaterOrEqual:
        return lower > 299;
    case Comparison::Range:
        return (!value.text.isEmpty() && lower > 299) || (!value.upper.isEmpty() && upper < 200);
    }
    return false;
}

} // namespace

bool excludesSuccess(const FilterTerm &term)
{
    return term.field == FilterField::Code && term.negated &&
           std::any_of(term.values.cbegin(), term.values.cend(), [](const FilterValue &value) {
               return value.comparison == Comparison::Range && value.text == QLatin1String("200") &&
                      value.upper == QLatin1String("299");
           });
}

QString failedAttempt(const QString &alias)
{
    return QStringLiteral("(%1.status_code IS NULL OR %1.status_code < 200 OR %1.status_code > 299)")
        .arg(alias);
}

QString AttemptFilter::attempt(const QString &alias, const FilterTerm &term, const FilterValue &value) const
{
    if (term.field == FilterField::Duration)
        return compareSql(alias + QStringLiteral(".duration_ms"), value, "bigint", bind);
    if (term.field == FilterField::Outcome) {
        // A row of another program has no outcome; an answer shows in its code.
        if (value.text == QLatin1String("answered"))
            return QStringLiteral(
                       "(%1.outcome = 'answered' OR (%1.outcome IS NULL AND %1.status_code IS NOT NULL))")
                .arg(alias);
        return QStringLiteral("(%1.status_code IS NULL AND %1.outcome = %2)")
            .arg(alias, bind(value.text, "text"));
    }
    const QString condition = compareSql(alias + QStringLiteral(".status_code"), value, "integer", bind);
    if (!isFailedCode(value))
        return condition;
    return QStringLiteral("(%1 AND %2)").arg(failedAttempt(alias), condition);
}

QString AttemptFilter::ofAttempts(const FilterTerm &term, const FilterValue &value) const
{
    if (table == Table::Deliveries)
        return attempt(delivery, term, value);
    return QStringLiteral(
               "EXISTS (SELECT FROM webhook_deliveries attempt WHERE attempt.job_id = job.id AND %1)")
        .arg(attempt(QStringLiteral("attempt"), term, value));
}

// A job failed when its last attempt did. One that has a failed attempt within the time has its last there
// too, so the recent ones, which an index holds in order, decide. Another program's job may have no attempts;
// its last change is all there is.
QString AttemptFilter::failed(const FilterValue &value) const
{
    if (table == Table::Deliveries)
        return QStringLiteral("(%1 AND %2)")
            .arg(failedAttempt(delivery), ageSql(QStringLiteral("delivery.created_at"), value, bind));
    const auto since = [this](const QString &milliseconds) {
        return QStringLiteral("(job.id IN (SELECT attempt.job_id FROM webhook_deliveries attempt WHERE %1 "
                              "AND attempt.created_at >= now() - %2 * interval '1 ms') "
                              "OR (job.updated_at >= now() - %2 * interval '1 ms' AND NOT EXISTS "
                              "(SELECT FROM webhook_deliveries attempt WHERE attempt.job_id = job.id)))")
            .arg(failedAttempt(QStringLiteral("attempt")), bind(milliseconds, "bigint"));
    };
    QStringList parts{QStringLiteral("job.status = 'failed'")};
    const bool isRange = value.comparison == Comparison::Range;
    const bool isBefore =
        value.comparison == Comparison::Greater || value.comparison == Comparison::GreaterOrEqual;
    const QString older = isRange || isBefore ? value.text : QString();
    const QString newer = isRange ? value.upper : isBefore ? QString() : value.text;
    if (!older.isEmpty())
        parts << QStringLiteral("NOT ") + since(older);
    if (!newer.isEmpty())
        parts << since(newer);
    return '(' + parts.join(QStringLiteral(" AND ")) + ')';
}

QString AttemptFilter::response(const FilterValue &value) const
{
    const QString pattern = bind('%' + likePattern(value.text) + '%', "text");
    if (table == Table::Deliveries)
        return QStringLiteral("%1 ILIKE %2").arg(QStringLiteral("delivery.response_body"), pattern);
    return QStringLiteral("EXISTS (SELECT FROM webhook_deliveries attempt WHERE attempt.job_id = job.id "
                          "AND attempt.response_body ILIKE %1)")
        .arg(pattern);
}

} // namespace signalbox
