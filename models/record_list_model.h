#pragma once

#include <QAbstractTableModel>
#include <QList>
#include <QSqlRecord>
#include <QString>
#include <QStringList>

namespace signalbox {

/// One column of a short list of records.
struct RecordColumn
{
    enum class Show {
        Text,
        Mono,
        State, ///< a pill
        Number,
        Decimal, ///< one place
        Percent,
        Share, ///< 0..1, as a percentage
        Milliseconds,
        Age ///< of a timestamp
    };
    enum class Bar { None, Linear, Logarithmic };

    QString field;
    QString title;
    Show show = Show::Text;
    int width = 0; ///< px where there is room, its bar included; 0 takes the rest
    Bar bar = Bar::None;
    QString state = {};   ///< colour of the bar; empty: that of the row's state
    int givesWay = 0;     ///< where there is no room for all texts: 1 is left out first; 0: never
    QString meaning = {}; ///< what its heading's tool tip says
};

/// A few records as read at once (a monitoring query), in their order. Lives on the GUI thread.
class RecordListModel final : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Role {
        KeyRole = Qt::UserRole + 1, ///< the key field's text
        StateRole,                  ///< for pills: the status word
        BarRole,                    ///< 0..1 of the column's longest bar
        WidestTextRole              ///< the longest text of the column, so that its bars end before one line
    };

    RecordListModel(const QList<RecordColumn> &columns, const QString &keyField, QObject *parent = nullptr);

    /// Replaces the records; rows stay where they are, so that a list refreshed every two seconds does not
    /// flicker.
    void setRecords(const QList<QSqlRecord> &records);
    const QSqlRecord &record(int row) const { return m_records.at(row); }
    const QList<RecordColumn> &columns() const { return m_columns; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QString text(const QSqlRecord &record, const RecordColumn &column) const;
    QString toolTip(const QSqlRecord &record, const RecordColumn &column) const;
    void measureColumns();
    QVariant barLength(int row, const RecordColumn &column) const;

    QList<RecordColumn> m_columns;
    QString m_keyField;
    QList<QSqlRecord> m_records;
    QStringList m_widest; ///< per column
};

} // namespace signalbox
