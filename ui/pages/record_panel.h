#pragma once

#include "models/record_list_model.h"
#include "ui/pages/column_fit.h"
#include "ui/widgets/card.h"

class QHBoxLayout;
class QLabel;
class QTableView;

namespace signalbox {

class RecordDelegate;

/// A card with a heading and a short list of records; a click or Enter on a row asks for what it stands for.
class RecordPanel final : public Card
{
    Q_OBJECT
public:
    RecordPanel(const QString &title, const QString &subtitle, const QList<RecordColumn> &columns,
                const QString &keyField, QWidget *parent = nullptr);

    void setRecords(const QList<QSqlRecord> &records);
    void setSubtitle(const QString &subtitle, const QString &toolTip = {});
    /// A control at the right of the heading.
    void addBesideTitle(QWidget *control);
    /// Fixes the height to hold exactly this many rows.
    void fitRows(int rows);
    /// Shown in the place of rows.
    void setEmptyText(const QString &text);
    /// px in which no text of a row is cut.
    int leastWidth();
    RecordListModel *model() const { return m_model; }
    QTableView *view() const { return m_view; }

signals:
    void rowActivated(const QString &key);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void buildView();
    void showHover(int row);
    void placeSubtitle();
    QList<ColumnNeed> columnNeeds() const;
    QList<ColumnNeed> steadyNeeds();
    void measureTitles();
    void fitColumnsIntoView();

    RecordListModel *m_model;
    RecordDelegate *m_delegate;
    QTableView *m_view;
    QHBoxLayout *m_heading;
    QLabel *m_subtitle;      ///< beside the title, where there is room for all of it
    QLabel *m_subtitleBelow; ///< else in a row of its own
    QLabel *m_empty;
    QList<int> m_titleWidths; ///< px, as they were last seen
    QList<int> m_widest;      ///< px that figures have taken since the size was changed
    int m_fittedRows = 0;     ///< 0: as high as there is room
};

} // namespace signalbox
