#pragma once

#include "app/core/clock.h"
#include "app/core/endpoint.h"

#include <QAbstractTableModel>
#include <QTimer>

namespace signalbox {

/// Endpoints with their health; all of them, merged by id. Lives on the GUI thread.
class EndpointModel final : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column {
        StateColumn,
        IdColumn,
        UrlColumn,
        SuccessColumn,
        TrafficColumn,
        P95Column,
        PendingColumn,
        FailedColumn,
        LastDeliveryColumn,
        LastOutcomeColumn,
        ColumnCount
    };
    enum Role {
        KeyRole = Qt::UserRole + 1, ///< the endpoint's id
        StateRole,                  ///< enabled, disabled, removed, breaker open, probing, held, failing
        RawRole,                    ///< the value to sort by
        SparklineRole               ///< QVariantList of deliveries per bucket, oldest first
    };

    explicit EndpointModel(QObject *parent = nullptr);

    void setClock(const Clock *clock); ///< must outlive the model
    /// Takes the list as read; rows keep their identity by id, so selections survive.
    void setEndpoints(const QList<EndpointHealth> &endpoints);
    const EndpointHealth &endpointAt(int row) const { return m_endpoints.at(row); }
    QString keyAt(int row) const { return m_endpoints.at(row).endpoint.id; }
    int rowOfKey(const QString &id) const; ///< -1 if there is none

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QVariant displayText(const EndpointHealth &health, int column) const;
    QVariant sortValue(const EndpointHealth &health, int column) const;

    QList<EndpointHealth> m_endpoints;
    SystemClock m_systemClock;
    const Clock *m_clock;
    QTimer m_tick; ///< relative times grow old
};

} // namespace signalbox
