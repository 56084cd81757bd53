#pragma once

#include "models/paged_sql_model.h"

namespace signalbox {

/// Columns of the webhook jobs.
class JobModel final : public PagedSqlModel
{
    Q_OBJECT
public:
    explicit JobModel(QObject *parent = nullptr);

protected:
    bool canSortBy(const ModelColumn &column) const override;
    QString stateOf(const QSqlRecord &row) const override;
    QVariant displayOf(const ModelColumn &column, const QSqlRecord &row) const override;
};

} // namespace signalbox
