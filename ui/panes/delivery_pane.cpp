#include "ui/panes/delivery_pane.h"

#include "models/display_text.h"
#include "ui/panes/attempt_list.h"
#include "ui/panes/delivery_text.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/fact_list.h"
#include "ui/widgets/header_table.h"
#include "ui/widgets/json_view.h"
#include "ui/widgets/notice.h"

#include <QLabel>
#include <QTabWidget>
#include <QVBoxLayout>

namespace signalbox {

namespace {

QString field(const QSqlRecord &record, const char *name)
{
    return record.value(QLatin1String(name)).toString();
}

} // namespace

DeliveryPane::DeliveryPane(const ConsoleServices &services, QWidget *parent)
    : DetailPane(services, tr("Delivery"), tr("Select a delivery to see what was sent and what came back."),
                 parent)
    , m_outcome(new Notice(body()))
    , m_facts(new FactList(body()))
    , m_response(new JsonView(tr("Body"), body()))
    , m_responseHeaders(new HeaderTable(tr("Response headers"), body()))
    , m_requestHeaders(new HeaderTable(tr("Request headers"), body()))
    , m_noBody(makeMutedLabel(tr("No body came."), body()))
    , m_payload(new JsonView({}, body()))
{
    auto *response = new QWidget(body());
    auto *responseLayout = new QVBoxLayout(response);
    responseLayout->setContentsMargins(0, 6, 0, 0);
    responseLayout->addWidget(makeHeading(tr("Headers"), response));
    responseLayout->addWidget(m_responseHeaders);
    responseLayout->addWidget(m_response, 1);
    responseLayout->addWidget(m_noBody);
    responseLayout->addStretch(0);
    auto *tabs = new QTabWidget(body());
    tabs->setDocumentMode(true);
    tabs->addTab(response, tr("Response"));
    tabs->addTab(m_requestHeaders, tr("Request headers"));
    tabs->addTab(m_payload, tr("Payload"));
    m_responseHeaders->setFitting(true);
    bodyLayout()->addWidget(m_outcome);
    bodyLayout()->addWidget(m_facts);
    bodyLayout()->addWidget(tabs, 1);
    connect(m_facts, &FactList::linkActivated, this, &DeliveryPane::followLink);
}

void DeliveryPane::request(const QString &id)
{
    services().details->deliveryDetail(
        id, this, received<DeliveryDetail>([this](const DeliveryDetail &detail) { showDetail(detail); }));
}

void DeliveryPane::showDetail(const DeliveryDetail &detail)
{
    const QSqlRecord &delivery = detail.delivery;
    const theme::State state = theme::stateOf(outcomeState(delivery));
    setState(outcomeText(delivery), state);
    const QString error = field(delivery, "error");
    m_outcome->setContent(state, error.isEmpty() ? outcomeText(delivery) + QLatin1Char('.') : error,
                          meaningOf(delivery));

    const QDateTime when = delivery.value(QStringLiteral("created_at")).toDateTime();
    const QString job = field(delivery, "job_id");
    const QString endpoint = field(delivery, "endpoint_id");
    QString attempt = field(delivery, "attempt");
    if (delivery.value(QStringLiteral("is_test")).toBool())
        attempt = tr("test event");
    m_facts->setFacts({
        {tr("job"), shortId(job), QStringLiteral("queue|") + job, job, true},
        {tr("endpoint"), endpoint, QStringLiteral("endpoints|") + endpoint, {}},
        {tr("type"), field(delivery, "event_type"), {}, {}, true},
        {tr("attempt"), attempt, {}, {}},
        {tr("took"), tookText(delivery), {}, {}},
        {tr("phases"),
         phaseText(delivery),
         {},
         tr("Milliseconds of each phase; first byte: from the request sent to the head of the answer")},
        {tr("protocol"), protocolText(delivery), {}, {}},
        {tr("when"), clockText(when), {}, absoluteTime(when)},
        {tr("note"), field(delivery, "note"), {}, {}},
    });
    const QString body = field(delivery, "response_body");
    m_response->setVisible(!body.isEmpty());
    m_noBody->setVisible(body.isEmpty());
    m_response->setHighlighted(looksLikeJson(body));
    m_response->setText(body, body.isEmpty() ? tr("empty") : byteText(body.toUtf8().size()));
    m_responseHeaders->setHeaders(field(delivery, "response_headers"));
    m_requestHeaders->setHeaders(field(delivery, "request_headers"));
    if (detail.missing.isEmpty())
        m_payload->setJson(detail.payload, tr("exact numbers"));
    else
        m_payload->setText({}, tr("not known"));
    setMissing(detail.missing);
}

} // namespace signalbox
