#include "ui/panes/stream_pane.h"

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

QDateTime createdAt(const QSqlRecord &record)
{
    return record.value(QStringLiteral("created_at")).toDateTime();
}

} // namespace

StreamPane::StreamPane(const ConsoleServices &services, QWidget *parent)
    : DetailPane(services, tr("Stream"), tr("Select a stream to see its events and snapshots."), parent)
    , m_facts(new FactList(body()))
    , m_tabs(new QTabWidget(body()))
    , m_events(new RowList(tr("Events of the stream, newest first"), body()))
    , m_snapshots(new RowList(tr("Snapshots, newest first"), body()))
    , m_state(new JsonView({}, body()))
{
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_events, tr("Events"));
    m_tabs->addTab(m_state, tr("State"));
    m_tabs->addTab(m_snapshots, tr("Snapshots"));
    bodyLayout()->addWidget(m_facts);
    bodyLayout()->addWidget(m_tabs, 1);
    connect(m_events, &RowList::rowActivated, this,
            [this](const QString &id) { follow(QStringLiteral("events"), id); });
    connect(m_facts, &FactList::linkActivated, this,
            [this](const QString &filter) { emit pageRequested(QStringLiteral("events"), filter, {}); });
}

void StreamPane::request(const QString &id)
{
    services().details->streamDetail(
        id, this, received<StreamDetail>([this](const StreamDetail &detail) { showDetail(detail); }));
}

void StreamPane::showDetail(const StreamDetail &detail)
{
    const int version = detail.stream.value(QStringLiteral("current_version")).toInt();
    setState(tr("version %1").arg(numberText(version)), theme::State::Information);
    const QString id = field(detail.stream, "id");
    const QDateTime created = createdAt(detail.stream);
    const QDateTime updated = detail.stream.value(QStringLiteral("updated_at")).toDateTime();
    m_facts->setFacts({
        {tr("events"),
         tr("all of this stream, page by page"),
         QStringLiteral("stream:") + quoteFilterValue(id),
         {}},
        {tr("last event"), clockText(updated), {}, absoluteTime(updated)},
        {tr("created"), clockText(created), {}, absoluteTime(created)},
    });
    QList<RowListItem> rows;
    for (const QSqlRecord &event : detail.events) {
        const QDateTime stored = createdAt(event);
        rows.append({field(event, "id"),
                     QStringLiteral("v%1").arg(field(event, "version")),
                     field(event, "event_type"),
                     {},
                     clockText(stored),
                     absoluteTime(stored)});
    }
    m_events->setRows(rows);
    showSnapshots(detail);
}

void StreamPane::showSnapshots(const StreamDetail &detail)
{
    QList<RowListItem> rows;
    for (const QSqlRecord &snapshot : detail.snapshots) {
        const QDateTime made = createdAt(snapshot);
        const QString version = field(snapshot, "version");
        rows.append({version, tr("at v%1").arg(version), {}, {}, clockText(made), absoluteTime(made)});
    }
    m_snapshots->setRows(rows);
    const bool isUnknown = detail.missing.contains(Grant{QStringLiteral("event_snapshots"), Right::Select});
    m_tabs->setTabText(2, isUnknown ? tr("Snapshots (–)") : tr("Snapshots (%1)").arg(rows.size()));
    setMissing(detail.missing);
    if (rows.isEmpty())
        m_state->setText({}, isUnknown ? tr("not known") : tr("This stream has no snapshot."));
    else
        m_state->setJson(detail.latestSnapshot,
                         tr("newest snapshot, at version %1").arg(rows.constFirst().id));
}

} // namespace signalbox
