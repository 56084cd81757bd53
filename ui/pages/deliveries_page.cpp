#include "ui/pages/deliveries_page.h"

#include "models/delivery_model.h"
#include "ui/panes/delivery_pane.h"
#include "ui/panes/request_copier.h"
#include "ui/widgets/record_table.h"

#include <QMenu>

namespace signalbox {

namespace {

TablePageTexts texts()
{
    return {
        QStringLiteral("deliveries"),
        DeliveriesPage::tr("Deliveries"),
        QStringLiteral("deliveries"),
        DeliveriesPage::tr("deliveries"),
        DeliveriesPage::tr("delivery"),
        DeliveriesPage::tr("No deliveries yet"),
        DeliveriesPage::tr(
            "Each attempt to send a job is listed here. Jobs come from the queue: look there for what waits, "
            "and start the worker at the bottom left."),
        DeliveriesPage::tr("Open the queue"),
        QStringLiteral("queue")};
}

} // namespace

DeliveriesPage::DeliveriesPage(const ConsoleServices &services, QWidget *parent)
    : TablePage(services, new DeliveryModel, new DeliveryPane(services), texts(), parent)
    , m_curl(addPageAction(tr("Copy as curl"), QStringLiteral("Y")))
{
    table()->hideAtFirst(QStringLiteral("attempt"));
    connect(m_curl, &QAction::triggered, copier(),
            [this] { copier()->copyDeliveryAsCurl(pane()->shownId()); });
    updateActions();
}

void DeliveriesPage::updateActions()
{
    if (m_curl) // the base class calls while it is being built
        m_curl->setEnabled(!pane()->shownId().isEmpty());
}

void DeliveriesPage::fillRowMenu(QMenu *menu, const QSqlRecord &row)
{
    const QString id = rowKey(row);
    menu->addAction(m_curl);
    menu->addAction(tr("Copy the headers"), copier(), [this, id] { copier()->copyDeliveryHeaders(id); });
    const QString job = row.value(QStringLiteral("job_id")).toString();
    menu->addAction(tr("Open the job"), this, [this, job] {
        emit pageRequested(QStringLiteral("queue"), QStringLiteral("id:") + job, job);
    });
}

} // namespace signalbox
