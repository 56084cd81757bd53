#include "ui/panes/attempt_details.h"

#include "models/display_text.h"
#include "ui/panes/attempt_list.h"
#include "ui/panes/delivery_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/fact_list.h"
#include "ui/widgets/header_table.h"
#include "ui/widgets/json_view.h"

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
    , m_body(new JsonView({}, this))
    , m_requestHeaders(new HeaderTable(tr("Request headers"), this))
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
        {tr("delivery"), tr("open it (Ctrl+Enter)"), id, id},
    });
    auto *tabs = new QTabWidget(this);
    tabs->setDocumentMode(true);
    // In a narrow pane there is room for a word each.
    tabs->setTabToolTip(tabs->addTab(m_body, tr("Response")), tr("What came back"));
    tabs->setTabToolTip(tabs->addTab(m_responseHeaders, tr("Headers")), tr("Headers of the response"));
    tabs->setTabToolTip(tabs->addTab(m_requestHeaders, tr("Request")), tr("Headers of the request"));
    m_responseHeaders->setHeaders(field(attempt, "response_headers"));
    m_requestHeaders->setHeaders(field(attempt, "request_headers"));
    setBody(field(attempt, "response_body"));
    connect(facts, &FactList::linkActivated, this, &AttemptDetails::deliveryRequested);

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

void AttemptDetails::chainAfter(QWidget *before)
{
    for (QWidget *child : findChildren<QWidget *>()) {
        if (child->focusPolicy() & Qt::TabFocus) {
            setTabOrder(before, child);
            before = child;
        }
    }
}

} // namespace signalbox
