#include "models/stream_model.h"

namespace signalbox {

namespace {

using Show = ModelColumn::Show;

QList<ModelColumn> streamColumns()
{
    return {
        {QStringLiteral("id"), StreamModel::tr("Stream"), Show::Text, true, 40},
        {QStringLiteral("current_version"), StreamModel::tr("Version"), Show::Number, false, 10},
        {QStringLiteral("snapshot_version"), StreamModel::tr("Snapshot at"), Show::Number, false, 12},
        {QStringLiteral("events_since_snapshot"), StreamModel::tr("Since snapshot"), Show::Number, false, 14},
        {QStringLiteral("created_at"), StreamModel::tr("Created"), Show::Time, false, 12},
        {QStringLiteral("updated_at"), StreamModel::tr("Last event"), Show::Time, true, 12},
    };
}

} // namespace

StreamModel::StreamModel(QObject *parent)
    : PagedSqlModel(Table::Streams, streamColumns(), parent)
{
}

} // namespace signalbox
