#include "ui/pages/deliveries_page.h"

#include "models/delivery_model.h"
#include "ui/panes/delivery_pane.h"
#include "ui/widgets/record_table.h"

namespace signalbox {

namespace {

TablePageTexts texts()
{
    return {
        QStringLiteral("deliveries"),
        DeliveriesPage::tr("Deliveries"),
        QStringLiteral("deliveries"),
        DeliveriesPage::tr("deliveries"),
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
{
    table()->hideAtFirst(QStringLiteral("attempt"));
}

} // namespace signalbox
