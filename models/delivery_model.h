#pragma once

#include "models/paged_sql_model.h"

namespace signalbox {

/// Columns of the delivery attempts.
class DeliveryModel final : public PagedSqlModel
{
    Q_OBJECT
public:
    explicit DeliveryModel(QObject *parent = nullptr);

protected:
    QString stateOf(const QSqlRecord &row) const override;
    QVariant displayOf(const ModelColumn &column, const QSqlRecord &row) const override;
};

} // namespace signalbox
