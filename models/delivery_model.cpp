#include "models/delivery_model.h"

namespace signalbox {

namespace {

using Show = ModelColumn::Show;

QList<ModelColumn> deliveryColumns()
{
    return {
        {QStringLiteral("outcome"), DeliveryModel::tr("Outcome"), Show::State, false, 15},
        {QStringLiteral("status_code"), DeliveryModel::tr("Code"), Show::Code, false, 6},
        {QStringLiteral("id"), DeliveryModel::tr("Delivery"), Show::Id, false, 16, false},
        {QStringLiteral("job_id"), DeliveryModel::tr("Job"), Show::Id, false, 16, true, 3},
        {QStringLiteral("endpoint_id"), DeliveryModel::tr("Endpoint"), Show::Id, false, 22},
        {QStringLiteral("event_type"), DeliveryModel::tr("Event type"), Show::Text, false, 24},
        {QStringLiteral("attempt"), DeliveryModel::tr("Attempt"), Show::Number, false, 8, true, 2},
        {QStringLiteral("duration_ms"), DeliveryModel::tr("Duration"), Show::Milliseconds, false, 10},
        {QStringLiteral("error"), DeliveryModel::tr("Error"), Show::Text, false, 44, true, 1},
        {QStringLiteral("created_at"), DeliveryModel::tr("When"), Show::Time, true, 12},
    };
}

} // namespace

DeliveryModel::DeliveryModel(QObject *parent)
    : PagedSqlModel(Table::Deliveries, deliveryColumns(), parent)
{
}

QString DeliveryModel::stateOf(const QSqlRecord &row) const
{
    const QString outcome = row.value(QStringLiteral("outcome")).toString();
    // Another program's attempt without an answer: how far it came is not known.
    if (outcome.isEmpty())
        return QStringLiteral("failed");
    if (outcome != QLatin1String("answered"))
        return outcome;
    const int code = row.value(QStringLiteral("status_code")).toInt();
    return code >= 200 && code <= 299 ? QStringLiteral("succeeded") : QStringLiteral("failed");
}

QVariant DeliveryModel::displayOf(const ModelColumn &column, const QSqlRecord &row) const
{
    if (column.field == QLatin1String("outcome"))
        return stateOf(row);
    return {};
}

} // namespace signalbox
