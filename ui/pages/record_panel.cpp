#include "ui/pages/record_panel.h"

#include "ui/delegates/record_delegate.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMouseEvent>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>

namespace signalbox {

namespace {
constexpr int panelRowHeight = 26;
}

RecordPanel::RecordPanel(const QString &title, const QString &subtitle, const QList<RecordColumn> &columns,
                         const QString &keyField, QWidget *parent)
    : Card(parent)
    , m_model(new RecordListModel(columns, keyField, this))
    , m_delegate(new RecordDelegate(columns, this))
    , m_view(new QTableView(this))
    , m_heading(new QHBoxLayout)
    , m_subtitle(makeMutedLabel(subtitle, this))
    , m_subtitleBelow(makeMutedLabel(subtitle, this))
    , m_empty(makeMutedLabel({}, this))
{
    m_heading->setSpacing(2 * theme::step);
    m_heading->addWidget(makeHeading(title, this));
    m_heading->addWidget(m_subtitle, 1);
    m_heading->setContentsMargins(2 * theme::step, 0, 2 * theme::step, 0);
    m_subtitle->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_subtitleBelow->setContentsMargins(2 * theme::step, 0, 2 * theme::step, 0);
    m_subtitleBelow->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_subtitleBelow->hide();

    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->hide();
    buildView();
    measureTitles();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::step + 2, 2 * theme::step + 2, theme::step + 2, theme::step + 2);
    layout->setSpacing(theme::step);
    layout->addLayout(m_heading);
    layout->addWidget(m_subtitleBelow);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_empty, 1);
}

void RecordPanel::buildView()
{
    m_view->setModel(m_model);
    m_view->setItemDelegate(m_delegate);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setShowGrid(false);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setTabKeyNavigation(false);
    m_view->setMouseTracking(true);
    m_view->viewport()->setCursor(Qt::PointingHandCursor);
    m_view->viewport()->installEventFilter(this);
    m_view->installEventFilter(this);
    m_view->setMinimumHeight(3 * panelRowHeight);
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setMinimumSectionSize(panelRowHeight);
    m_view->verticalHeader()->setDefaultSectionSize(panelRowHeight);
    m_view->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    QHeaderView *header = m_view->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionsClickable(false);
    header->setFixedHeight(panelRowHeight);
    header->setMinimumSectionSize(24);
    header->setSectionResizeMode(QHeaderView::Fixed);
    const auto activate = [this](const QModelIndex &index) {
        if (index.isValid())
            emit rowActivated(index.data(RecordListModel::KeyRole).toString());
    };
    connect(m_view, &QTableView::clicked, this, activate);
}

void RecordPanel::setRecords(const QList<QSqlRecord> &records)
{
    m_model->setRecords(records);
    m_view->setVisible(!records.isEmpty());
    m_empty->setVisible(records.isEmpty());
    fitColumnsIntoView();
}

QList<ColumnNeed> RecordPanel::columnNeeds() const
{
    QList<ColumnNeed> needs;
    for (int column = 0; column < m_model->columnCount(); ++column) {
        const RecordColumn &shown = m_model->columns().at(column);
        ColumnNeed need{m_titleWidths.at(column), 0, shown.givesWay, shown.width == 0};
        for (int row = 0; row < m_model->rowCount(); ++row)
            need.text = qMax(need.text, m_delegate->sizeHint({}, m_model->index(row, column)).width());
        need.wanted = qMax(need.text, shown.width);
        needs << need;
    }
    return needs;
}

// An age is wider now and narrower then: a column that came and went with it would flicker. Names stay as
// they are.
QList<ColumnNeed> RecordPanel::steadyNeeds()
{
    QList<ColumnNeed> needs = columnNeeds();
    m_widest.resize(needs.size());
    for (qsizetype column = 0; column < needs.size(); ++column) {
        ColumnNeed &need = needs[column];
        m_widest[column] = qMax(m_widest.at(column), need.text);
        if (!need.takesRest)
            need.text = m_widest.at(column);
        need.wanted = qMax(need.wanted, need.text);
    }
    return needs;
}

int RecordPanel::leastWidth()
{
    const QMargins margins = layout()->contentsMargins();
    const int scrollBar = m_view->verticalScrollBar()->sizeHint().width();
    return qMax(layout()->minimumSize().width(), // the heading's
                leastRoom(steadyNeeds()) + margins.left() + margins.right() + scrollBar);
}

// The header has no hint for a column that is hidden.
void RecordPanel::measureTitles()
{
    const QHeaderView *header = m_view->horizontalHeader();
    m_titleWidths.resize(m_model->columnCount());
    for (int column = 0; column < m_model->columnCount(); ++column) {
        if (!m_view->isColumnHidden(column))
            m_titleWidths[column] = header->sectionSizeHint(column);
    }
}

void RecordPanel::fitColumnsIntoView()
{
    measureTitles();
    const QList<int> widths = fitColumns(steadyNeeds(), m_view->viewport()->width());
    for (int column = 0; column < widths.size(); ++column) {
        m_view->setColumnHidden(column, widths.at(column) == 0);
        if (widths.at(column) > 0)
            m_view->setColumnWidth(column, widths.at(column));
    }
}

void RecordPanel::fitRows(int rows)
{
    m_fittedRows = rows;
    const QMargins margins = layout()->contentsMargins();
    int heading = m_heading->sizeHint().height() + theme::step;
    if (!m_subtitleBelow->isHidden())
        heading += m_subtitleBelow->sizeHint().height() + theme::step;
    setFixedHeight(margins.top() + heading + (rows + 1) * panelRowHeight + margins.bottom() + theme::step);
}

void RecordPanel::setSubtitle(const QString &subtitle, const QString &toolTip)
{
    for (QLabel *label : {m_subtitle, m_subtitleBelow}) {
        label->setText(subtitle);
        label->setToolTip(toolTip);
    }
    placeSubtitle();
}

void RecordPanel::resizeEvent(QResizeEvent *event)
{
    Card::resizeEvent(event);
    m_widest.clear();
    placeSubtitle();
}

// What a card counts is never cut.
void RecordPanel::placeSubtitle()
{
    const QMargins margins = layout()->contentsMargins() + m_heading->contentsMargins();
    int others = margins.left() + margins.right();
    for (int i = 0; i < m_heading->count(); ++i) {
        const QWidget *widget = m_heading->itemAt(i)->widget();
        if (widget && widget != m_subtitle)
            others += widget->sizeHint().width() + m_heading->spacing();
    }
    const bool fits = others + m_subtitle->sizeHint().width() <= width();
    m_subtitleBelow->setVisible(!fits && !m_subtitle->text().isEmpty());
    // It stays, without a text, for it keeps the control at the right.
    m_subtitle->setMaximumWidth(fits ? QWIDGETSIZE_MAX : 0);
    if (m_fittedRows > 0)
        fitRows(m_fittedRows);
}

void RecordPanel::addBesideTitle(QWidget *control)
{
    m_heading->addWidget(control);
}

void RecordPanel::setEmptyText(const QString &text)
{
    m_empty->setText(text);
}

void RecordPanel::showHover(int row)
{
    if (row == m_delegate->hoveredRow())
        return;
    m_delegate->setHoveredRow(row);
    m_view->viewport()->update();
}

bool RecordPanel::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_view->viewport()) {
        if (event->type() == QEvent::MouseMove)
            showHover(m_view->rowAt(static_cast<QMouseEvent *>(event)->position().toPoint().y()));
        else if (event->type() == QEvent::Leave)
            showHover(-1);
        else if (event->type() == QEvent::Resize)
            fitColumnsIntoView();
    } else if (watched == m_view && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if ((key == Qt::Key_Return || key == Qt::Key_Enter) && m_view->currentIndex().isValid()) {
            emit rowActivated(m_view->currentIndex().data(RecordListModel::KeyRole).toString());
            return true;
        }
    } else if (watched == m_view && event->type() == QEvent::FocusOut) {
        m_view->clearSelection(); // a dashboard shows where the keyboard stands, not what was clicked last
    }
    return Card::eventFilter(watched, event);
}

} // namespace signalbox
