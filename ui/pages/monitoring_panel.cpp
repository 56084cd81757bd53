#include "ui/pages/monitoring_panel.h"

#include "models/monitoring_rows.h"
#include "ui/pages/range_switch.h"
#include "ui/pages/record_panel.h"

namespace signalbox {

namespace {

using Show = RecordColumn::Show;
using Bar = RecordColumn::Bar;

constexpr int switchHeight = 20;
constexpr int allChoice = 0;
constexpr int rangeChoice = 1;

/// What a panel says of itself.
struct PanelTexts
{
    QString title;
    QString all;         ///< what is counted when everything is
    QString noneAtAll;   ///< in the place of rows then
    QString noneInRange; ///< with %1 for "last hour"
};

QString translated(const char *text)
{
    return MonitoringPanel::tr(text);
}

QList<RecordColumn> performanceColumns()
{
    return {{QStringLiteral("endpoint_id"), translated("Endpoint"), Show::Text},
            {QStringLiteral("total_deliveries"), translated("Attempts"), Show::Number, 66},
            {QStringLiteral("successful"),
             translated("2xx"),
             Show::Number,
             50,
             Bar::None,
             {},
             3,
             translated("Attempts that were answered with a 2xx: they succeeded")},
            {failedAttemptsField(),
             translated("Failed"),
             Show::Number,
             54,
             Bar::None,
             {},
             0,
             translated("All other attempts: other codes, no answer, never connected")},
            {QStringLiteral("failed"),
             translated("4xx, 5xx"),
             Show::Number,
             60,
             Bar::None,
             {},
             1,
             translated("Of the failed ones, those that were answered with a code of 400 or above")},
            {QStringLiteral("avg_duration"), translated("Average"), Show::Milliseconds, 62, Bar::None, {}, 2},
            {QStringLiteral("p95_duration"), translated("p95"), Show::Milliseconds, 86, Bar::Linear,
             QStringLiteral("warning")}};
}

QList<RecordColumn> failingColumns()
{
    return {
        {QStringLiteral("endpoint_id"), translated("Endpoint"), Show::Text},
        {standingField(),
         translated("Now"),
         Show::State,
         80,
         Bar::None,
         {},
         3,
         translated("Failing: its breaker has tripped, or fewer than half of its newest attempts succeeded")},
        {newestSuccessField(),
         translated("Success"),
         Show::Share,
         62,
         Bar::None,
         {},
         0,
         translated(
             "Of the endpoint's newest attempts of the last hour, those that were answered with a 2xx")},
        {QStringLiteral("failed_jobs"), translated("Failed jobs"), Show::Number, 70},
        {QStringLiteral("total_jobs"), translated("All jobs"), Show::Number, 64, Bar::None, {}, 1},
        {QStringLiteral("failure_rate"),
         translated("Failed / all"),
         Show::Percent,
         78,
         Bar::None,
         {},
         2,
         translated("Failed jobs of all jobs, those that still wait among them")}};
}

QList<RecordColumn> queueColumns()
{
    return {{QStringLiteral("status"), translated("Status"), Show::State, 104},
            {QStringLiteral("count"), translated("Jobs"), Show::Number, 0, Bar::Logarithmic},
            {QStringLiteral("oldest"), translated("Oldest"), Show::Age, 62, Bar::None, {}, 2},
            {QStringLiteral("avg_attempts"), translated("Ø attempts"), Show::Decimal, 84, Bar::None, {}, 1}};
}

QList<RecordColumn> typeColumns()
{
    return {{QStringLiteral("event_type"), translated("Type"), Show::Mono},
            {QStringLiteral("count"), translated("Events"), Show::Number, 84, Bar::Linear,
             QStringLiteral("information")},
            {QStringLiteral("first_seen"), translated("First"), Show::Age, 50, Bar::None, {}, 1},
            {QStringLiteral("last_seen"), translated("Last"), Show::Age, 50, Bar::None, {}, 2}};
}

QList<RecordColumn> streamColumns()
{
    return {{QStringLiteral("stream_id"), translated("Stream"), Show::Mono},
            {QStringLiteral("count"), translated("Events"), Show::Number, 86, Bar::Linear,
             QStringLiteral("information")},
            {QStringLiteral("current_version"), translated("Version"), Show::Number, 62, Bar::None, {}, 1}};
}

QList<RecordColumn> snapshotColumns()
{
    return {
        {QStringLiteral("stream_id"), translated("Stream"), Show::Mono},
        {QStringLiteral("events_since_snapshot"), translated("Since"), Show::Number, 84, Bar::Linear,
         QStringLiteral("warning")},
        {QStringLiteral("last_snapshot_version"), translated("Snapshot"), Show::Number, 70, Bar::None, {}, 2},
        {QStringLiteral("current_version"), translated("Version"), Show::Number, 62, Bar::None, {}, 1}};
}

QList<RecordColumn> columnsOf(Monitoring query)
{
    switch (query) {
    case Monitoring::EventsPerStream:
        return streamColumns();
    case Monitoring::EventsByType:
        return typeColumns();
    case Monitoring::SnapshotCoverage:
        return snapshotColumns();
    case Monitoring::QueueStatus:
        return queueColumns();
    case Monitoring::FailingEndpoints:
        return failingColumns();
    case Monitoring::DeliveryPerformance:
        break;
    }
    return performanceColumns();
}

PanelTexts textsOf(Monitoring query)
{
    switch (query) {
    case Monitoring::EventsPerStream:
        return {translated("Events per stream"), translated("all events"), translated("No events yet"),
                translated("No events in the %1")};
    case Monitoring::EventsByType:
        return {translated("Events by type"), translated("all events"), translated("No events yet"),
                translated("No events in the %1")};
    case Monitoring::SnapshotCoverage:
        return {translated("Snapshot coverage"), translated("100+ since"),
                translated("Every stream has a recent snapshot or is short"),
                translated("Every stream of the %1 has a recent snapshot or is short")};
    case Monitoring::QueueStatus:
        return {translated("Queue by status"), translated("all jobs"),
                translated("No jobs yet. Append an event that an endpoint takes."),
                translated("No jobs were made in the %1")};
    case Monitoring::FailingEndpoints:
        return {translated("Failed jobs by endpoint"), translated("all jobs"),
                translated("No endpoint has failed jobs"),
                translated("No job that was made in the %1 has failed")};
    case Monitoring::DeliveryPerformance:
        break;
    }
    return {translated("Delivery performance"), translated("all attempts"), translated("No deliveries yet"),
            translated("No deliveries in the %1")};
}

} // namespace

MonitoringPanel::MonitoringPanel(Monitoring query, QWidget *parent)
    : QObject(parent)
    , m_query(query)
    , m_panel(
          new RecordPanel(textsOf(query).title, {}, columnsOf(query), columnsOf(query).first().field, parent))
    , m_switch(new RangeSwitch({tr("all"), tr("range")}, m_panel))
{
    m_switch->setCurrent(describedReaches.at(std::size_t(query)) == Reach::All ? allChoice : rangeChoice);
    m_switch->setFixedHeight(switchHeight);
    m_switch->setAccessibleName(tr("%1: what is counted").arg(textsOf(query).title));
    m_panel->addBesideTitle(m_switch);
    connect(m_switch, &RangeSwitch::currentChanged, this, &MonitoringPanel::reachChanged);
}

Reach MonitoringPanel::reach() const
{
    return m_switch->current() == allChoice ? Reach::All : Reach::Range;
}

QList<QSqlRecord> MonitoringPanel::shownRows(const QList<QSqlRecord> &rows,
                                             const QList<JudgedEndpoint> &judged) const
{
    if (m_query == Monitoring::DeliveryPerformance)
        return withFailedAttempts(rows);
    return m_query == Monitoring::FailingEndpoints ? withStandings(rows, judged) : rows;
}

void MonitoringPanel::showList(const MonitoringList &list, const QList<JudgedEndpoint> &judged,
                               const QString &spokenRange)
{
    const PanelTexts texts = textsOf(m_query);
    const bool isAll = list.reach == Reach::All;
    const QString counted = isAll ? texts.all : spokenRange;
    m_panel->setSubtitle(list.isEstimated ? tr("about · %1").arg(counted) : counted,
                         list.isEstimated
                             ? tr("Counts are estimated from a sample of the table; small ones are exact.")
                             : tr("Counted exactly."));
    m_panel->setEmptyText(isAll ? texts.noneAtAll : texts.noneInRange.arg(spokenRange));
    m_panel->setRecords(shownRows(list.rows, judged));
}

} // namespace signalbox
