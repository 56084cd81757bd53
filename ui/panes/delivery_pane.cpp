#include "ui/panes/delivery_pane.h"

#include "models/display_text.h"
#include "ui/panes/attempt_list.h"
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

// What the outcome class means for the receiver (design §4).
QString explanation(const QSqlRecord &delivery)
{
    const QString state = outcomeState(delivery);
    if (state == QLatin1String("never-connected"))
        return DeliveryPane::tr("Nothing was sent: sending it again cannot reach the receiver twice.");
    if (state == QLatin1String("no-answer"))
        return DeliveryPane::tr("It was sent, but no answer came: the receiver may have processed it.");
    const int code = delivery.value(QStringLiteral("status_code")).toInt();
    if (state == QLatin1String("succeeded"))
        return DeliveryPane::tr("The receiver has it.");
    if (code >= 300 && code <= 399)
        return DeliveryPane::tr("A redirect is a failure and is never followed.");
    if (code == 410)
        return DeliveryPane::tr("The receiver is gone: its endpoint was disabled, its jobs are held.");
    if (code == 429 || code == 503)
        return DeliveryPane::tr("The receiver asks to slow down; its Retry-After is respected.");
    return DeliveryPane::tr("The receiver refused it.");
}

QString millisecondText(double milliseconds)
{
    return DeliveryPane::tr("%1 ms").arg(milliseconds, 0, 'f', milliseconds < 10 ? 1 : 0);
}

// Where the time went, phase by phase; what did not happen, or nobody can tell, is left out.
QString phaseText(const QSqlRecord &delivery)
{
    QStringList phases;
    const auto add = [&](const char *column, const QString &name) {
        const QVariant value = delivery.value(QLatin1String(column));
        if (!value.isNull())
            phases << name + QLatin1Char(' ') + millisecondText(value.toDouble());
    };
    add("dns_ms", DeliveryPane::tr("DNS"));
    add("connect_ms", DeliveryPane::tr("connect"));
    add("tls_ms", DeliveryPane::tr("connect and TLS"));
    if (delivery.value(QStringLiteral("reused_connection")).toBool())
        phases << DeliveryPane::tr("kept connection"); // stands where connecting would
    add("first_byte_ms", DeliveryPane::tr("first byte"));
    return phases.join(QStringLiteral(" → "));
}

QString protocolText(const QSqlRecord &delivery)
{
    const QString version = field(delivery, "http_version");
    return version.isEmpty() ? QString() : QStringLiteral("HTTP/") + version;
}

bool looksLikeJson(const QString &text)
{
    const QString start = text.left(64).trimmed();
    return start.startsWith(QLatin1Char('{')) || start.startsWith(QLatin1Char('['));
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
                          explanation(delivery));

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
