#include "models/paged_sql_model.h"

#include "models/display_text.h"

namespace signalbox {

namespace {

constexpr int tickMs = 1'000;

Qt::Alignment alignmentOf(ModelColumn::Show show)
{
    const bool isNumber = show == ModelColumn::Show::Number || show == ModelColumn::Show::Milliseconds;
    return (isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter;
}

// Cells show one line; the whole text is in RawRole and in the details.
QString oneLine(QString text)
{
    for (QChar &character : text) {
        if (character == QLatin1Char('\n') || character == QLatin1Char('\r') ||
            character == QLatin1Char('\t'))
            character = QLatin1Char(' ');
    }
    return text;
}

} // namespace

PagedSqlModel::PagedSqlModel(Table table, QList<ModelColumn> columns, QObject *parent)
    : QAbstractTableModel(parent)
    , m_table(table)
    , m_columns(std::move(columns))
    , m_clock(&m_systemClock)
{
    m_sort = defaultSort();
    m_tick.setInterval(tickMs);
    connect(&m_tick, &QTimer::timeout, this, &PagedSqlModel::tick);
}

PagedSqlModel::~PagedSqlModel() = default;

Sort PagedSqlModel::defaultSort() const
{
    return {m_table == Table::Streams ? QStringLiteral("updated_at") : QStringLiteral("created_at"), true};
}

void PagedSqlModel::setClock(const Clock *clock)
{
    m_clock = clock;
}

QDateTime PagedSqlModel::now() const
{
    return m_clock->now();
}

int PagedSqlModel::columnOf(const QString &field) const
{
    for (int column = 0; column < m_columns.size(); ++column) {
        if (m_columns.at(column).field == field)
            return column;
    }
    return -1;
}

int PagedSqlModel::sortColumn() const
{
    return columnOf(m_sort.column);
}

void PagedSqlModel::sort(int column, Qt::SortOrder order)
{
    if (column < 0 || column >= m_columns.size() || !canSortBy(m_columns.at(column)))
        return;
    setSort({m_columns.at(column).field, order == Qt::DescendingOrder});
}

QSqlRecord PagedSqlModel::record(int row) const
{
    return row >= 0 && row < m_rows.size() ? m_rows.at(row) : QSqlRecord();
}

QString PagedSqlModel::keyAt(int row) const
{
    return row >= 0 && row < m_rows.size() ? rowKey(m_rows.at(row)) : QString();
}

int PagedSqlModel::rowOfKey(const QString &key) const
{
    for (int row = 0; row < m_rows.size(); ++row) {
        if (rowKey(m_rows.at(row)) == key)
            return row;
    }
    return -1;
}

int PagedSqlModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int PagedSqlModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_columns.size());
}

QVariant PagedSqlModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const QSqlRecord &row = m_rows.at(index.row());
    const ModelColumn &column = m_columns.at(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return displayText(column, row);
    case Qt::ToolTipRole:
        if (column.show == ModelColumn::Show::Time)
            return absoluteTime(row.value(column.field).toDateTime());
        return row.value(column.field).toString();
    case Qt::TextAlignmentRole:
        return int(alignmentOf(column.show));
    case KeyRole:
        return rowKey(row);
    case RawRole:
        return row.value(column.field);
    case StateRole:
        return stateOf(row);
    case AlikeRole:
        return column.show == ModelColumn::Show::Id || column.field == QLatin1String("id")
                   ? QVariant(alikeIn(index.column()))
                   : QVariant();
    case TimeRole:
        return column.show == ModelColumn::Show::Time ? row.value(column.field) : QVariant();
    default:
        return {};
    }
}

QVariant PagedSqlModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= m_columns.size())
        return {};
    const ModelColumn &column = m_columns.at(section);
    switch (role) {
    case Qt::DisplayRole:
        return column.title;
    case Qt::TextAlignmentRole:
        return int(alignmentOf(column.show));
    case SortColumnRole:
        return canSortBy(column) ? QVariant(column.field) : QVariant();
    default:
        return {};
    }
}

QString PagedSqlModel::stateOf(const QSqlRecord &) const
{
    return {};
}

QVariant PagedSqlModel::displayOf(const ModelColumn &, const QSqlRecord &) const
{
    return {};
}

QVariant PagedSqlModel::displayText(const ModelColumn &column, const QSqlRecord &row) const
{
    if (const QVariant own = displayOf(column, row); own.isValid())
        return own;
    const QVariant value = row.value(column.field);
    if (value.isNull())
        return QString();
    switch (column.show) {
    case ModelColumn::Show::Id: // others are cut where the view knows how wide they may be
        return isUuidLike(value.toString()) ? shortId(value.toString()) : oneLine(value.toString());
    case ModelColumn::Show::Number:
        return numberText(value.toLongLong());
    case ModelColumn::Show::Milliseconds:
        return durationText(value.toLongLong());
    case ModelColumn::Show::Time:
        return relativeTime(value.toDateTime(), now());
    case ModelColumn::Show::Text:
    case ModelColumn::Show::State:
    case ModelColumn::Show::Code:
        break;
    }
    return oneLine(value.toString());
}

qsizetype PagedSqlModel::alikeIn(int column) const
{
    const auto known = m_alike.constFind(column);
    if (known != m_alike.constEnd())
        return *known;
    QStringList ids;
    ids.reserve(m_rows.size());
    for (const QSqlRecord &row : m_rows) {
        if (const QString id = row.value(m_columns.at(column).field).toString(); !id.isEmpty())
            ids.append(id);
    }
    return *m_alike.insert(column, alikeLength(ids));
}

void PagedSqlModel::setVisibleRows(int first, int last)
{
    m_firstVisible = qMax(0, first);
    m_lastVisible = last;
}

void PagedSqlModel::tick()
{
    const int last = qMin(m_lastVisible, int(m_rows.size()) - 1);
    const int first =
        m_firstVisible == 1 ? 0 : m_firstVisible; // a view that holds its first row names the next
    if (first > last)
        return;
    for (int column = 0; column < m_columns.size(); ++column) {
        if (m_columns.at(column).show == ModelColumn::Show::Time)
            emit dataChanged(index(first, column), index(last, column), {Qt::DisplayRole});
    }
}

} // namespace signalbox
