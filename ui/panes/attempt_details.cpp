#include "ui/panes/attempt_details.h"

#include "models/display_text.h"
#include "ui/panes/attempt_list.h"
#include "ui/panes/delivery_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/fact_list.h"
#include "ui/widgets/header_table.h"
#include "ui/widgets/json_view.h"

#include <QLabel>
#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>

namespace signalbox {

namespace {

QString field(const QSqlRecord &record, const char *name)
{
    return record.value(QLatin1String(name)).toString();
}

} // namespace

AttemptDetails::AttemptDetails(const QSqlRecord &attempt, QWidget *parent)
    : QWidget(parent)
    , m_responseHeaders(new HeaderTable(tr("Response headers"), this))
    , m_body(new JsonView(tr("Body"), this))
    , m_requestHeaders(new HeaderTable(tr("Request headers"), this))
    , m_open(makeButton(tr("Open the delivery"), this, QStringLiteral("link")))
{
    const QString id = field(attempt, "id");
    const QDateTime when = attempt.value(QStringLiteral("created_at")).toDateTime();
    auto *facts = new FactList(this);
    facts->setFacts({
        {tr("timing"), phaseText(attempt), {}, {}},
        {tr("protocol"), protocolText(attempt), {}, {}},
        {tr("when"), absoluteTime(when), {}, {}},
        {tr("error"), field(attempt, "error"), {}, {}},
        {tr("note"), field(attempt, "note"), {}, {}},
    });
    auto *response = new QWidget(this);
    auto *responseLayout = new QVBoxLayout(response);
    responseLayout->setContentsMargins(0, 2, 0, 0);
    responseLayout->setSpacing(theme::step);
    responseLayout->addWidget(m_body, 1);
    auto *tabs = new QTabWidget(this);
    tabs->setDocumentMode(true);
    tabs->addTab(response, tr("Response"));
    tabs->addTab(m_responseHeaders, tr("Response headers"));
    tabs->addTab(m_requestHeaders, tr("Request headers"));
    tabs->setCornerWidget(m_open);
    m_responseHeaders->setHeaders(field(attempt, "response_headers"));
    m_requestHeaders->setHeaders(field(attempt, "request_headers"));
    setBody(field(attempt, "response_body"));
    connect(m_open, &QPushButton::clicked, this, [this, id] { emit deliveryRequested(id); });

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(22, 0, 4, 8);
    layout->setSpacing(theme::step);
    layout->addWidget(facts);
    layout->addWidget(tabs, 1);
}

void AttemptDetails::setBody(const QString &body)
{
    m_body->setHighlighted(looksLikeJson(body));
    m_body->setText(body, body.isEmpty() ? tr("no body came") : byteText(body.toUtf8().size()));
}

void AttemptDetails::focusFirst()
{
    m_open->setFocus(Qt::TabFocusReason);
}

} // namespace signalbox
