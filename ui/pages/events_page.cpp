#include "ui/pages/events_page.h"

#include "models/event_model.h"
#include "ui/panes/event_pane.h"

namespace signalbox {

namespace {

TablePageTexts texts()
{
    return {QStringLiteral("events"),
            EventsPage::tr("Events"),
            QStringLiteral("events"),
            EventsPage::tr("events"),
            EventsPage::tr("event"),
            EventsPage::tr("No events yet"),
            EventsPage::tr("Your programs append them; to try it by hand:\n"
                           "signalbox append --stream order-1 --type order.placed.v1 order.json"),
            {},
            {}};
}

} // namespace

EventsPage::EventsPage(const ConsoleServices &services, QWidget *parent)
    : TablePage(services, new EventModel, new EventPane(services), texts(), parent)
{
}

} // namespace signalbox
