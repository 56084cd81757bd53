#include "models/job_model.h"

#include "app/core/held_reason.h"

#include <algorithm>

namespace signalbox {

namespace {

using Show = ModelColumn::Show;

QList<ModelColumn> jobColumns()
{
    return {
        {QStringLiteral("status"), JobModel::tr("Status"), Show::State, false, 12},
        {QStringLiteral("id"), JobModel::tr("Job"), Show::Id, false, 16},
        {QStringLiteral("endpoint_id"), JobModel::tr("Endpoint"), Show::Id, false, 22},
        {QStringLiteral("event_type"), JobModel::tr("Event type"), Show::Text, false, 24},
        {QStringLiteral("attempts"), JobModel::tr("Attempts"), Show::Number, false, 9},
        {QStringLiteral("next_attempt"), JobModel::tr("Next attempt"), Show::Time, true, 13, true, 3},
        {QStringLiteral("held"), JobModel::tr("Waits for"), Show::Text, false, 20, true, 2},
        {QStringLiteral("last_error"), JobModel::tr("Last error"), Show::Text, false, 44, true, 1},
        {QStringLiteral("created_at"), JobModel::tr("Created"), Show::Time, true, 12},
        {QStringLiteral("updated_at"), JobModel::tr("Changed"), Show::Time, false, 12, false},
    };
}

// Jobs that are done have no next attempt; the column's value is then only history.
bool isOpen(const QSqlRecord &row)
{
    const QString status = row.value(QStringLiteral("status")).toString();
    return status == QLatin1String("pending") || status == QLatin1String("processing");
}

} // namespace

JobModel::JobModel(QObject *parent)
    : PagedSqlModel(Table::Jobs, jobColumns(), parent)
{
}

// The index of next attempts holds open jobs only, so the filter must leave nothing else.
bool JobModel::canSortBy(const ModelColumn &column) const
{
    if (column.field != QLatin1String("next_attempt"))
        return PagedSqlModel::canSortBy(column);
    for (const FilterTerm &term : filter().terms) {
        if (term.negated)
            continue;
        if (term.field == FilterField::Held)
            return true;
        const auto isOpenStatus = [](const FilterValue &value) {
            return value.text == QLatin1String("pending") || value.text == QLatin1String("processing");
        };
        if (term.field == FilterField::Status &&
            std::all_of(term.values.cbegin(), term.values.cend(), isOpenStatus))
            return true;
    }
    return false;
}

QString JobModel::stateOf(const QSqlRecord &row) const
{
    return row.value(QStringLiteral("status")).toString();
}

QVariant JobModel::displayOf(const ModelColumn &column, const QSqlRecord &row) const
{
    if (column.field == QLatin1String("attempts")) {
        return QStringLiteral("%1 / %2")
            .arg(row.value(column.field).toInt())
            .arg(row.value(QStringLiteral("max_attempts")).toInt());
    }
    if (column.field == QLatin1String("next_attempt") && !isOpen(row))
        return QString();
    if (column.field == QLatin1String("held"))
        return heldText(row.value(column.field).toString());
    return {};
}

} // namespace signalbox
