#pragma once

#include "models/paged_sql_model.h"

namespace signalbox {

/// Columns of the stored events.
class EventModel final : public PagedSqlModel
{
    Q_OBJECT
public:
    explicit EventModel(QObject *parent = nullptr);
};

} // namespace signalbox
