#include "ui/pages/page_registry.h"

#include "ui/pages/deliveries_page.h"
#include "ui/pages/endpoints_page.h"
#include "ui/pages/events_page.h"
#include "ui/pages/overview_page.h"
#include "ui/pages/queue_page.h"
#include "ui/pages/streams_page.h"

namespace signalbox {

QList<ConsolePage *> createPages(const ConsoleServices &services)
{
    return {new OverviewPage(services),  new QueuePage(services),   new DeliveriesPage(services),
            new EndpointsPage(services), new StreamsPage(services), new EventsPage(services)};
}

} // namespace signalbox
