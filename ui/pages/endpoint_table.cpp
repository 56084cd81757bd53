#include "ui/pages/endpoint_table.h"

#include "models/endpoint_filter_model.h"
#include "models/endpoint_model.h"
#include "ui/delegates/endpoint_delegate.h"
#include "ui/theme/theme.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QSettings>

#include <array>

namespace signalbox {

namespace {

constexpr int leastIdWidth = 180;
const QString sortKey = QStringLiteral("pages/endpoints/sort");
const QString descendingKey = QStringLiteral("pages/endpoints/descending");

// The first is left out first.
constexpr std::array givingWay{EndpointModel::LastDeliveryColumn, EndpointModel::TrafficColumn,
                               EndpointModel::P95Column};

} // namespace

EndpointTable::EndpointTable(EndpointFilterModel *endpoints, QWidget *parent)
    : QTableView(parent)
    , m_delegate(new EndpointDelegate(this))
{
    setModel(endpoints);
    setItemDelegate(m_delegate);
    setAccessibleName(tr("Endpoints"));
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setMouseTracking(true);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setTabKeyNavigation(false);
    setSortingEnabled(true);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(EndpointDelegate::rowHeight);
    hideColumn(EndpointModel::UrlColumn);
    hideColumn(EndpointModel::LastOutcomeColumn);
    buildHeader();
    restoreSorting();
    connect(this, &QTableView::doubleClicked, this, &EndpointTable::opened);
}

void EndpointTable::buildHeader()
{
    QHeaderView *header = horizontalHeader();
    header->setHighlightSections(false);
    header->setFixedHeight(theme::rowHeight);
    for (int column = 0; column < EndpointModel::ColumnCount; ++column) {
        const int width = EndpointDelegate::widthOf(column);
        header->setSectionResizeMode(column, QHeaderView::Fixed);
        if (width > 0)
            header->resizeSection(column, width);
    }
}

void EndpointTable::restoreSorting()
{
    const QSettings settings;
    sortByColumn(settings.value(sortKey, int(EndpointModel::IdColumn)).toInt(),
                 settings.value(descendingKey).toBool() ? Qt::DescendingOrder : Qt::AscendingOrder);
    connect(horizontalHeader(), &QHeaderView::sortIndicatorChanged, this,
            [](int column, Qt::SortOrder order) {
                QSettings remembered;
                remembered.setValue(sortKey, column);
                remembered.setValue(descendingKey, order == Qt::DescendingOrder);
            });
}

// Whose endpoint it is comes first. Below the least room the table scrolls.
void EndpointTable::fitColumns()
{
    QHeaderView *header = horizontalHeader();
    const auto idRoom = [this, header] {
        const int others = header->length() - header->sectionSize(EndpointModel::IdColumn);
        return viewport()->width() - others;
    };
    for (const int column : givingWay)
        showColumn(column);
    for (const int column : givingWay) {
        if (idRoom() < leastIdWidth)
            hideColumn(column);
    }
    header->resizeSection(EndpointModel::IdColumn, qMax(leastIdWidth, idRoom()));
}

void EndpointTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    fitColumns();
}

void EndpointTable::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        emit opened();
    else
        QTableView::keyPressEvent(event);
}

bool EndpointTable::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::MouseMove)
        hover(rowAt(static_cast<QMouseEvent *>(event)->position().toPoint().y()));
    else if (event->type() == QEvent::Leave)
        hover(-1);
    return QTableView::viewportEvent(event);
}

void EndpointTable::hover(int row)
{
    if (row == m_delegate->hoveredRow())
        return;
    m_delegate->setHoveredRow(row);
    viewport()->update();
}

} // namespace signalbox
