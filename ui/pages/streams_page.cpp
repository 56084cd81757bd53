#include "ui/pages/streams_page.h"

#include "models/stream_model.h"
#include "ui/panes/stream_pane.h"

namespace signalbox {

namespace {

TablePageTexts texts()
{
    return {QStringLiteral("streams"),
            StreamsPage::tr("Streams"),
            QStringLiteral("streams"),
            StreamsPage::tr("streams"),
            StreamsPage::tr("stream"),
            StreamsPage::tr("No streams yet"),
            StreamsPage::tr("A stream appears with its first event. Append one with:\n"
                            "signalbox append --stream order-1 --type order.placed.v1 order.json"),
            {},
            {}};
}

} // namespace

StreamsPage::StreamsPage(const ConsoleServices &services, QWidget *parent)
    : TablePage(services, new StreamModel, new StreamPane(services), texts(), parent)
{
}

} // namespace signalbox
