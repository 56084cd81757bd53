#include "models/endpoint_model.h"

#include "models/display_text.h"

namespace signalbox {

namespace {

constexpr int tickMs = 5'000;

// The state that a row's pill shows: what stops an endpoint first, else whether it is failing.
QString stateOf(const EndpointHealth &health)
{
    if (health.endpoint.removedAt)
        return QStringLiteral("removed");
    if (!health.endpoint.enabled)
        return QStringLiteral("disabled");
    switch (health.breaker) {
    case Breaker::Open:
        return QStringLiteral("breaker open");
    case Breaker::HalfOpen:
        return QStringLiteral("probing");
    case Breaker::Held:
        return QStringLiteral("held");
    case Breaker::Closed:
        break;
    }
    if (isFailing(health.standing()))
        return QStringLiteral("failing");
    return QStringLiteral("enabled");
}

QVariantList sparkline(const EndpointHealth &health)
{
    QVariantList values;
    values.reserve(health.deliveriesPerBucket.size());
    for (const double value : health.deliveriesPerBucket)
        values.append(value);
    return values;
}

bool isNumeric(int column)
{
    return column == EndpointModel::SuccessColumn || column == EndpointModel::P95Column ||
           column == EndpointModel::PendingColumn || column == EndpointModel::FailedColumn;
}

} // namespace

EndpointModel::EndpointModel(QObject *parent)
    : QAbstractTableModel(parent)
    , m_clock(&m_systemClock)
{
    m_tick.setInterval(tickMs);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        if (!m_endpoints.isEmpty())
            emit dataChanged(index(0, LastDeliveryColumn), index(rowCount() - 1, LastDeliveryColumn),
                             {Qt::DisplayRole});
    });
    m_tick.start();
}

void EndpointModel::setClock(const Clock *clock)
{
    m_clock = clock;
}

void EndpointModel::setEndpoints(const QList<EndpointHealth> &endpoints)
{
    QHash<QString, qsizetype> wanted;
    for (qsizetype i = 0; i < endpoints.size(); ++i)
        wanted.insert(endpoints.at(i).endpoint.id, i);
    for (int row = rowCount() - 1; row >= 0; --row) {
        if (wanted.contains(keyAt(row)))
            continue;
        beginRemoveRows({}, row, row);
        m_endpoints.removeAt(row);
        endRemoveRows();
    }
    for (int row = 0; row < endpoints.size(); ++row) {
        const int at = rowOfKey(endpoints.at(row).endpoint.id);
        if (at < 0) {
            beginInsertRows({}, row, row);
            m_endpoints.insert(row, endpoints.at(row));
            endInsertRows();
            continue;
        }
        if (at != row) {
            beginMoveRows({}, at, at, {}, row);
            m_endpoints.move(at, row);
            endMoveRows();
        }
        m_endpoints[row] = endpoints.at(row);
    }
    if (!m_endpoints.isEmpty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int EndpointModel::rowOfKey(const QString &id) const
{
    for (int row = 0; row < m_endpoints.size(); ++row) {
        if (m_endpoints.at(row).endpoint.id == id)
            return row;
    }
    return -1;
}

int EndpointModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_endpoints.size());
}

int EndpointModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant EndpointModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const EndpointHealth &health = m_endpoints.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return displayText(health, index.column());
    case Qt::ToolTipRole:
        if (index.column() == LastDeliveryColumn)
            return absoluteTime(health.lastDelivery);
        if (index.column() == StateColumn)
            return health.endpoint.removedAt ? tr("Removed %1").arg(absoluteTime(*health.endpoint.removedAt))
                   : health.endpoint.enabled ? health.breakerReason
                                             : health.endpoint.disabledReason;
        return displayText(health, index.column());
    case Qt::TextAlignmentRole:
        return int((isNumeric(index.column()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case KeyRole:
        return health.endpoint.id;
    case StateRole:
        return stateOf(health);
    case RawRole:
        return sortValue(health, index.column());
    case SparklineRole:
        return index.column() == TrafficColumn ? sparkline(health) : QVariant();
    default:
        return {};
    }
}

QVariant EndpointModel::displayText(const EndpointHealth &health, int column) const
{
    switch (Column(column)) {
    case StateColumn:
        return stateOf(health);
    case IdColumn:
        return health.endpoint.id;
    case UrlColumn:
        return health.endpoint.url;
    case SuccessColumn:
        return health.successRate ? QStringLiteral("%1 %").arg(*health.successRate * 100.0, 0, 'f', 1)
                                  : QString();
    case TrafficColumn:
        return health.deliveries > 0 ? numberText(health.deliveries) : QString();
    case P95Column:
        return health.p95Ms ? durationText(qRound64(*health.p95Ms)) : QString();
    case PendingColumn:
        return numberText(health.pendingJobs);
    case FailedColumn:
        return numberText(health.failedJobs);
    case LastDeliveryColumn:
        return relativeTime(health.lastDelivery, m_clock->now());
    case LastOutcomeColumn:
        return health.lastOutcome;
    case ColumnCount:
        break;
    }
    return {};
}

QVariant EndpointModel::sortValue(const EndpointHealth &health, int column) const
{
    switch (Column(column)) {
    case SuccessColumn:
        return health.successRate.value_or(-1.0);
    case TrafficColumn:
        return health.deliveries;
    case P95Column:
        return health.p95Ms.value_or(-1.0);
    case PendingColumn:
        return health.pendingJobs;
    case FailedColumn:
        return health.failedJobs;
    case LastDeliveryColumn:
        return health.lastDelivery;
    default:
        return displayText(health, column);
    }
}

QVariant EndpointModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((isNumeric(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (Column(section)) {
    case StateColumn:
        return tr("State");
    case IdColumn:
        return tr("Endpoint");
    case UrlColumn:
        return tr("URL");
    case SuccessColumn:
        return tr("Success");
    case TrafficColumn:
        return tr("Last hour");
    case P95Column:
        return tr("p95");
    case PendingColumn:
        return tr("Pending");
    case FailedColumn:
        return tr("Failed");
    case LastDeliveryColumn:
        return tr("Last delivery");
    case LastOutcomeColumn:
        return tr("Last outcome");
    case ColumnCount:
        break;
    }
    return {};
}

} // namespace signalbox
