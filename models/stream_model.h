#pragma once

#include "models/paged_sql_model.h"

namespace signalbox {

/// Columns of the event streams.
class StreamModel final : public PagedSqlModel
{
    Q_OBJECT
public:
    explicit StreamModel(QObject *parent = nullptr);
};

} // namespace signalbox
