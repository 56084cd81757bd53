#include "models/event_model.h"

namespace signalbox {

namespace {

using Show = ModelColumn::Show;

QList<ModelColumn> eventColumns()
{
    return {
        {QStringLiteral("event_type"), EventModel::tr("Type"), Show::Text, false, 26},
        {QStringLiteral("stream_id"), EventModel::tr("Stream"), Show::Id, false, 24},
        {QStringLiteral("version"), EventModel::tr("Version"), Show::Number, false, 8},
        {QStringLiteral("payload"), EventModel::tr("Payload"), Show::Text, false, 60},
        {QStringLiteral("id"), EventModel::tr("Event"), Show::Id, false, 16},
        {QStringLiteral("correlation_id"), EventModel::tr("Correlation"), Show::Id, false, 16},
        {QStringLiteral("causation_id"), EventModel::tr("Causation"), Show::Id, false, 16, false},
        {QStringLiteral("timestamp"), EventModel::tr("Occurred"), Show::Time, false, 12, false},
        {QStringLiteral("created_at"), EventModel::tr("Stored"), Show::Time, true, 12},
    };
}

} // namespace

EventModel::EventModel(QObject *parent)
    : PagedSqlModel(Table::Events, eventColumns(), parent)
{
}

} // namespace signalbox
