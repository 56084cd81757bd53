#include "models/record_list_model.h"

#include "models/display_text.h"

#include <QDateTime>
#include <QVariant>

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

bool isRightAligned(const RecordColumn &column)
{
    using Show = RecordColumn::Show;
    return column.show != Show::Text && column.show != Show::Mono && column.show != Show::State;
}

} // namespace

RecordListModel::RecordListModel(const QList<RecordColumn> &columns, const QString &keyField, QObject *parent)
    : QAbstractTableModel(parent)
    , m_columns(columns)
    , m_keyField(keyField)
{
}

void RecordListModel::setRecords(const QList<QSqlRecord> &records)
{
    const int had = rowCount();
    const int have = int(records.size());
    if (have > had) {
        beginInsertRows({}, had, have - 1);
        m_records.append(records.mid(had));
        endInsertRows();
    } else if (have < had) {
        beginRemoveRows({}, have, had - 1);
        m_records.resize(have);
        endRemoveRows();
    }
    m_records = records;
    measureColumns();
    if (have > 0)
        emit dataChanged(index(0, 0), index(have - 1, columnCount() - 1));
}

int RecordListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_records.size());
}

int RecordListModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_columns.size());
}

QVariant RecordListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const QSqlRecord &row = m_records.at(index.row());
    const RecordColumn &column = m_columns.at(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return text(row, column);
    case Qt::ToolTipRole:
        return toolTip(row, column);
    case Qt::TextAlignmentRole:
        return int((isRightAligned(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case KeyRole:
        return row.value(m_keyField).toString();
    case StateRole:
        return row.value(column.field).toString();
    case BarRole:
        return barLength(index.row(), column);
    case WidestTextRole:
        return m_widest.value(index.column());
    default:
        return {};
    }
}

QVariant RecordListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= m_columns.size())
        return {};
    if (role == Qt::DisplayRole)
        return m_columns.at(section).title;
    if (role == Qt::ToolTipRole && !m_columns.at(section).meaning.isEmpty())
        return m_columns.at(section).meaning;
    if (role == Qt::TextAlignmentRole)
        return int((isRightAligned(m_columns.at(section)) ? Qt::AlignRight : Qt::AlignLeft) |
                   Qt::AlignVCenter);
    return {};
}

QString RecordListModel::text(const QSqlRecord &record, const RecordColumn &column) const
{
    using Show = RecordColumn::Show;
    const QVariant value = record.value(column.field);
    if (value.isNull())
        return {};
    switch (column.show) {
    case Show::Number:
        return numberText(value.toLongLong());
    case Show::Decimal:
        return QString::number(value.toDouble(), 'f', 1);
    case Show::Percent:
        return tr("%1 %").arg(value.toDouble(), 0, 'f', 2);
    case Show::Share:
        return tr("%1 %").arg(100.0 * value.toDouble(), 0, 'f', 1);
    case Show::Milliseconds:
        return durationText(std::llround(value.toDouble()));
    case Show::Age:
        return durationText(value.toDateTime().msecsTo(QDateTime::currentDateTimeUtc()));
    default:
        return value.toString();
    }
}

QString RecordListModel::toolTip(const QSqlRecord &record, const RecordColumn &column) const
{
    if (column.show == RecordColumn::Show::Age)
        return absoluteTime(record.value(column.field).toDateTime());
    if (column.field != m_keyField)
        return text(record, column);
    // Names are elided and not every field has a column: the name tells all of the record.
    QStringList lines;
    for (int field = 0; field < record.count(); ++field) {
        const QVariant value = record.value(field);
        const bool isTime = value.metaType().id() == QMetaType::QDateTime;
        lines.append(QStringLiteral("%1: %2").arg(
            record.fieldName(field), isTime ? absoluteTime(value.toDateTime()) : value.toString()));
    }
    return lines.join(QLatin1Char('\n'));
}

void RecordListModel::measureColumns()
{
    m_widest = QStringList(m_columns.size());
    for (qsizetype column = 0; column < m_columns.size(); ++column) {
        for (const QSqlRecord &record : std::as_const(m_records)) {
            const QString shown = text(record, m_columns.at(column));
            if (shown.size() > m_widest.at(column).size())
                m_widest[column] = shown;
        }
    }
}

QVariant RecordListModel::barLength(int row, const RecordColumn &column) const
{
    if (column.bar == RecordColumn::Bar::None)
        return {};
    const auto scaled = [&](double value) {
        return column.bar == RecordColumn::Bar::Logarithmic ? std::log10(1 + std::max(0.0, value)) : value;
    };
    double longest = 0;
    for (const QSqlRecord &record : m_records)
        longest = std::max(longest, scaled(record.value(column.field).toDouble()));
    const double value = scaled(m_records.at(row).value(column.field).toDouble());
    return longest > 0 ? std::clamp(value / longest, 0.0, 1.0) : 0.0;
}

} // namespace signalbox
