#include "ui/panes/event_pane.h"

#include "models/display_text.h"
#include "ui/panes/attempt_list.h"
#include "ui/widgets/fact_list.h"
#include "ui/widgets/json_view.h"
#include "ui/widgets/row_list.h"

#include <QTabWidget>
#include <QVBoxLayout>

namespace signalbox {

namespace {

QString field(const QSqlRecord &record, const char *name)
{
    return record.value(QLatin1String(name)).toString();
}

constexpr int jobsTab = 2;

} // namespace

EventPane::EventPane(const ConsoleServices &services, QWidget *parent)
    : DetailPane(services, tr("Event"),
                 tr("Select an event to see its payload, its chain and the jobs made of it."), parent)
    , m_facts(new FactList(body()))
    , m_tabs(new QTabWidget(body()))
    , m_payload(new JsonView({}, body()))
    , m_metadata(new JsonView({}, body()))
    , m_jobs(new RowList(tr("Jobs made of the event"), body()))
{
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_payload, tr("Payload"));
    m_tabs->addTab(m_metadata, tr("Metadata"));
    m_tabs->addTab(m_jobs, tr("Jobs"));
    bodyLayout()->addWidget(m_facts);
    bodyLayout()->addWidget(m_tabs, 1);
    connect(m_jobs, &RowList::rowActivated, this,
            [this](const QString &id) { follow(QStringLiteral("queue"), id); });
    connect(m_facts, &FactList::linkActivated, this, [this](const QString &link) {
        // The chain is followed by a filter on the events themselves.
        if (link.startsWith(QLatin1String("correlation:")))
            emit pageRequested(QStringLiteral("events"), link, {});
        else
            followLink(link);
    });
}

void EventPane::request(const QString &id)
{
    services().details->eventDetail(
        id, this, received<EventDetail>([this](const EventDetail &detail) { showDetail(detail); }));
}

void EventPane::showDetail(const EventDetail &detail)
{
    setState(field(detail.event, "event_type"), theme::State::Information);
    showFacts(detail.event);
    m_payload->setJson(detail.payload, tr("exact numbers"));
    m_metadata->setJson(detail.metadata);
    setMissing(detail.missing);
    showJobs(detail);
}

void EventPane::showFacts(const QSqlRecord &event)
{
    const QString stream = field(event, "stream_id");
    const QString correlation = field(event, "correlation_id");
    const QString causation = field(event, "causation_id");
    const QDateTime occurred = event.value(QStringLiteral("timestamp")).toDateTime();
    const QDateTime stored = event.value(QStringLiteral("created_at")).toDateTime();
    m_facts->setFacts({
        {tr("stream"),
         QStringLiteral("%1  v%2").arg(stream, field(event, "version")),
         QStringLiteral("streams|") + stream,
         {}},
        {tr("correlation"), shortId(correlation), QStringLiteral("correlation:") + correlation,
         tr("All events of %1").arg(correlation), true},
        {tr("caused by"), shortId(causation), QStringLiteral("events|") + causation, causation, true},
        {tr("occurred"), clockText(occurred), {}, absoluteTime(occurred)},
        {tr("stored"), clockText(stored), {}, absoluteTime(stored)},
    });
}

void EventPane::showJobs(const EventDetail &detail)
{
    QList<RowListItem> rows;
    for (const QSqlRecord &job : detail.jobs) {
        const QString id = field(job, "id");
        rows.append({id, field(job, "endpoint_id"), {}, field(job, "status"), shortId(id), id});
    }
    m_jobs->setRows(rows);
    m_tabs->setTabText(jobsTab, detail.missing.isEmpty() ? tr("Jobs (%1)").arg(rows.size()) : tr("Jobs (–)"));
}

} // namespace signalbox
