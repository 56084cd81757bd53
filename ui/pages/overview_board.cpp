#include "ui/pages/overview_board.h"

#include "models/chart_series.h"
#include "models/display_text.h"
#include "ui/charts/time_chart.h"
#include "ui/pages/metric_card.h"
#include "ui/pages/monitoring_panel.h"
#include "ui/pages/overview_links.h"
#include "ui/pages/record_panel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/card.h"
#include "ui/widgets/controls.h"

#include <QLabel>
#include <QVBoxLayout>
#include <QVariant>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace signalbox {

namespace {

namespace links = overview_links;

constexpr int gap = 3 * theme::step;

/// As a job goes through them; the server groups in no order.
QList<QSqlRecord> inOrderOfLife(QList<QSqlRecord> statuses)
{
    static const QStringList order{QStringLiteral("pending"), QStringLiteral("processing"),
                                   QStringLiteral("completed"), QStringLiteral("failed"),
                                   QStringLiteral("cancelled")};
    std::sort(statuses.begin(), statuses.end(), [](const QSqlRecord &a, const QSqlRecord &b) {
        const auto place = [](const QSqlRecord &row) {
            return order.indexOf(row.value(QStringLiteral("status")).toString());
        };
        return place(a) < place(b);
    });
    return statuses;
}

QString duration(double milliseconds)
{
    return durationText(std::llround(milliseconds));
}

} // namespace

OverviewBoard::OverviewBoard(QWidget *parent)
    : QWidget(parent)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 4 * theme::step);
    layout->setSpacing(gap);
    layout->addLayout(buildCards());
    m_charts = buildCharts();
    layout->addLayout(m_charts);
    layout->addLayout(buildPanels());
    arrangePanels(false);
    connectCards();
    connectCharts();
    connectPanels();
}

MetricCard *OverviewBoard::addCard(QBoxLayout *layout, const QString &title, const QString &state)
{
    auto *card = new MetricCard(title, state, this);
    layout->addWidget(card, 1);
    return card;
}

QLayout *OverviewBoard::buildCards()
{
    auto *row = new QHBoxLayout;
    row->setSpacing(gap);
    m_due = addCard(row, tr("Ready to send, now"), QStringLiteral("information"));
    m_delivered = addCard(row, tr("Delivered"), QStringLiteral("ok"));
    m_latencyCard = addCard(row, tr("Latency p95"), QStringLiteral("warning"));
    m_failingCard = addCard(row, tr("Failing endpoints, now"), QStringLiteral("failure"));
    m_lag = addCard(row, tr("Event lag, now"), QStringLiteral("information"));
    return row;
}

QWidget *OverviewBoard::chartCard(const QString &title, const QString &subtitle, TimeChart *chart)
{
    auto *card = new Card(this);
    auto *heading = new QHBoxLayout;
    heading->setContentsMargins(2 * theme::step, 0, 2 * theme::step, 0);
    heading->setSpacing(2 * theme::step);
    heading->addWidget(makeHeading(title, card));
    heading->addWidget(makeMutedLabel(subtitle, card), 1);
    auto *layout = new QVBoxLayout(card);
    layout->setContentsMargins(theme::step + 2, 2 * theme::step + 2, theme::step + 2, theme::step);
    layout->setSpacing(theme::step);
    layout->addLayout(heading);
    layout->addWidget(chart, 1);
    chart->setAccessibleName(title);
    return card;
}

QLayout *OverviewBoard::buildCharts()
{
    m_attempts = new TimeChart(TimeChart::Style::Stacked, this);
    m_latency = new TimeChart(TimeChart::Style::Lines, this);
    m_depth = new TimeChart(TimeChart::Style::Filled, this);
    auto *row = new QHBoxLayout;
    row->setSpacing(gap);
    row->addWidget(
        chartCard(tr("Attempts per minute"), tr("by outcome · click to see them, drag to zoom"), m_attempts),
        8);
    row->addWidget(chartCard(tr("Latency"), tr("sent attempts, to last byte"), m_latency), 5);
    row->addWidget(chartCard(tr("Queue depth"), tr("jobs pending or in flight"), m_depth), 5);
    return row;
}

MonitoringPanel *OverviewBoard::monitoring(Monitoring query) const
{
    return m_monitoring.at(std::size_t(query));
}

RecordPanel *OverviewBoard::panel(Monitoring query) const
{
    return monitoring(query)->panel();
}

Reaches OverviewBoard::reaches() const
{
    Reaches reaches = describedReaches;
    for (const Monitoring query : everyMonitoring)
        reaches.at(std::size_t(query)) = monitoring(query)->reach();
    return reaches;
}

QLayout *OverviewBoard::buildPanels()
{
    for (const Monitoring query : everyMonitoring) {
        auto *panel = new MonitoringPanel(query, this);
        connect(panel, &MonitoringPanel::reachChanged, this, &OverviewBoard::reachesChanged);
        m_monitoring.at(std::size_t(query)) = panel;
    }
    constexpr int statuses = 5;
    panel(Monitoring::QueueStatus)->fitRows(statuses);
    const auto column = [](RecordPanel *upper, RecordPanel *lower) {
        auto *layout = new QVBoxLayout;
        layout->setSpacing(gap);
        layout->addWidget(upper, 3);
        layout->addWidget(lower, 2);
        return layout;
    };
    m_panels = new QGridLayout;
    m_panels->setSpacing(gap);
    m_failingAndQueue = column(panel(Monitoring::FailingEndpoints), panel(Monitoring::QueueStatus));
    m_typesAndSnapshots = column(panel(Monitoring::EventsByType), panel(Monitoring::SnapshotCoverage));
    return m_panels;
}

void OverviewBoard::arrangePanels(bool narrow)
{
    m_narrow = narrow;
    const std::array<int, 4> stretches = narrow ? std::array{1, 1, 0, 0} : std::array{41, 33, 33, 28};
    for (int column = 0; column < 4; ++column) {
        m_panels->setColumnStretch(column, stretches.at(static_cast<std::size_t>(column)));
        m_panels->setColumnMinimumWidth(column, 0);
    }
    m_panels->addWidget(panel(Monitoring::DeliveryPerformance), 0, 0);
    m_panels->addLayout(m_failingAndQueue, 0, 1);
    m_panels->addLayout(m_typesAndSnapshots, narrow ? 1 : 0, narrow ? 0 : 2);
    m_panels->addWidget(panel(Monitoring::EventsPerStream), narrow ? 1 : 0, narrow ? 1 : 3);
    auto *rows = static_cast<QBoxLayout *>(layout());
    rows->setStretchFactor(m_charts, narrow ? 6 : 11);
    rows->setStretchFactor(m_panels, 14);
    constexpr int wideHeight = 780;
    setMinimumSize(900, narrow ? wideHeight + 400 : wideHeight);
}

// The least width of each of the four columns in which no name and no figure is cut.
std::array<int, 4> OverviewBoard::leastWidths() const
{
    const auto least = [this](Monitoring upper, Monitoring lower) {
        return qMax(panel(upper)->leastWidth(), panel(lower)->leastWidth());
    };
    return {panel(Monitoring::DeliveryPerformance)->leastWidth(),
            least(Monitoring::FailingEndpoints, Monitoring::QueueStatus),
            least(Monitoring::EventsByType, Monitoring::SnapshotCoverage),
            panel(Monitoring::EventsPerStream)->leastWidth()};
}

void OverviewBoard::fitPanels()
{
    const std::array<int, 4> least = leastWidths();
    const int needed = std::accumulate(least.begin(), least.end(), 3 * gap);
    constexpr int fourColumns = 1'180;
    const bool narrow = width() < qMax(fourColumns, needed);
    if (narrow != m_narrow) {
        for (QLayout *layout : {m_failingAndQueue, m_typesAndSnapshots}) {
            m_panels->removeItem(layout);
            layout->setParent(nullptr);
        }
        arrangePanels(narrow);
    }
    for (int column = 0; column < 4; ++column)
        m_panels->setColumnMinimumWidth(column, narrow ? 0 : least.at(std::size_t(column)));
}

void OverviewBoard::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitPanels();
}

void OverviewBoard::go(const QString &pageId, const QString &filterText, const QString &selectId)
{
    emit linkActivated(pageId, filterText, selectId);
}

void OverviewBoard::connectCards()
{
    connect(m_due, &MetricCard::activated, this, &OverviewBoard::openDue);
    connect(m_delivered, &MetricCard::activated, this, [this] {
        go(QStringLiteral("deliveries"),
           links::attempts(QStringLiteral("succeeded"), m_overview.from, m_overview.to));
    });
    connect(m_latencyCard, &MetricCard::activated, this, [this] {
        go(QStringLiteral("deliveries"),
           links::slowDeliveries(m_overview.p95Ms.value_or(0), m_overview.from, m_overview.to));
    });
    connect(m_failingCard, &MetricCard::activated, this, [this] {
        go(QStringLiteral("endpoints"),
           m_overview.failingEndpoints() > 0 ? QStringLiteral("failing") : QString());
    });
    connect(m_lag, &MetricCard::activated, this, [this] { go(QStringLiteral("events"), {}); });
}

// The list that a figure opens has as many rows as the figure says.
void OverviewBoard::openDue()
{
    const DueJobs &due = m_overview.due;
    const bool isHeldOnly =
        due.ready.rows == 0 && due.throttled.rows + due.breaker.rows + due.disabled.rows > 0;
    go(QStringLiteral("queue"),
       isHeldOnly ? QStringLiteral("due:throttled,breaker,disabled") : QStringLiteral("due:ready"));
}

void OverviewBoard::connectCharts()
{
    for (const TimeChart *chart : {m_attempts, m_latency, m_depth})
        connect(chart, &TimeChart::rangeChosen, this, &OverviewBoard::rangeChosen);
    connect(m_attempts, &TimeChart::bucketClicked, this,
            [this](const QString &seriesId, const QDateTime &from, const QDateTime &to) {
                go(QStringLiteral("deliveries"), links::attempts(seriesId, from, to));
            });
    connect(m_latency, &TimeChart::bucketClicked, this,
            [this](const QString &seriesId, const QDateTime &from, const QDateTime &to) {
                const ChartData &chart = m_latency->data();
                const qsizetype position = chart.starts.indexOf(from);
                for (const ChartSeries &series : chart.series) {
                    if (series.id == seriesId && series.values.at(position))
                        return go(QStringLiteral("deliveries"),
                                  links::slowDeliveries(*series.values.at(position), from, to));
                }
                go(QStringLiteral("deliveries"), links::createdIn(from, to));
            });
    connect(m_depth, &TimeChart::bucketClicked, this,
            [this] { go(QStringLiteral("queue"), QStringLiteral("status:pending,processing")); });
}

// The rows behind a mark are bounded as the list was when it was counted.
QString OverviewBoard::boundOf(Monitoring query) const
{
    return m_overview.list(query).reach == Reach::All
               ? QString()
               : QLatin1Char(' ') + links::createdIn(m_overview.from, m_overview.to);
}

void OverviewBoard::connectPanels()
{
    const auto lead = [this](Monitoring query, const QString &pageId, const QString &fieldName,
                             const QString &more = {}) {
        connect(panel(query), &RecordPanel::rowActivated, this,
                [this, query, pageId, fieldName, more](const QString &key) {
                    go(pageId, links::field(fieldName, key) + more + boundOf(query));
                });
    };
    lead(Monitoring::DeliveryPerformance, QStringLiteral("deliveries"), QStringLiteral("endpoint"));
    lead(Monitoring::FailingEndpoints, QStringLiteral("queue"), QStringLiteral("endpoint"),
         QStringLiteral(" status:failed"));
    lead(Monitoring::QueueStatus, QStringLiteral("queue"), QStringLiteral("status"));
    lead(Monitoring::EventsByType, QStringLiteral("events"), QStringLiteral("type"));
    for (const Monitoring query : {Monitoring::EventsPerStream, Monitoring::SnapshotCoverage}) {
        connect(panel(query), &RecordPanel::rowActivated, this, [this](const QString &stream) {
            go(QStringLiteral("streams"), links::field(QStringLiteral("stream"), stream), stream);
        });
    }
}

void OverviewBoard::showOverview(const Overview &overview, const QString &spokenRange)
{
    m_overview = overview;
    showCards(spokenRange);
    showLag();
    showCharts(spokenRange);
    showPanels(spokenRange);
}

void OverviewBoard::showCards(const QString &spokenRange)
{
    const Overview &now = m_overview;
    showDue();
    m_delivered->setTitle(tr("Delivered, %1").arg(spokenRange));
    const QString about = now.isEstimated ? tr("about ") : QString();
    m_delivered->setFigure(
        numberText(now.deliveredLast),
        now.attemptsLast > 0
            ? tr("%1%2 % success · %3 failed")
                  .arg(about)
                  .arg(100.0 * double(now.deliveredLast) / double(now.attemptsLast), 0, 'f', 1)
                  .arg(numberText(now.failedLast()))
            : tr("no attempts"),
        now.isEstimated ? tr("Estimated from a sample of the attempts") : QString());
    m_delivered->setTrend(deliveredTrend(now), tr("Delivered, %1").arg(spokenRange));
    m_latencyCard->setTitle(tr("Latency p95, %1").arg(spokenRange));
    m_latencyCard->setFigure(now.p95Ms ? duration(*now.p95Ms) : QStringLiteral("–"),
                             now.p50Ms ? tr("p50 %1").arg(duration(*now.p50Ms)) : tr("nothing was sent"));
    m_latencyCard->setTrend(latencyTrend(now), tr("Latency p95, %1").arg(spokenRange));
    showFailing(spokenRange);
}

void OverviewBoard::showDue()
{
    const DueJobs &due = m_overview.due;
    const auto count = [](const RowCount &jobs) {
        return jobs.kind == RowCount::Kind::AtLeast ? numberText(jobs.rows) + QLatin1Char('+')
                                                    : numberText(jobs.rows);
    };
    QStringList notes;
    if (due.oldestReadySeconds)
        notes << tr("oldest %1").arg(duration(*due.oldestReadySeconds * 1e3));
    RowCount held;
    for (const RowCount &jobs : {due.throttled, due.breaker, due.disabled}) {
        held.rows += jobs.rows;
        if (jobs.kind == RowCount::Kind::AtLeast)
            held.kind = jobs.kind;
    }
    if (held.rows > 0)
        notes << tr("%1 held").arg(count(held));
    m_due->setFigure(count(due.ready),
                     notes.isEmpty() ? tr("nothing waits") : notes.join(QStringLiteral(" · ")),
                     held.rows > 0 ? tr("Due but held: %1 by a rate limit, %2 by an open breaker, %3 by a "
                                        "disabled endpoint")
                                         .arg(count(due.throttled), count(due.breaker), count(due.disabled))
                                   : QString());
    m_due->setTrend(depthTrend(m_overview), tr("Queue depth"));
}

void OverviewBoard::showFailing(const QString &spokenRange)
{
    const Overview &now = m_overview;
    m_failingCard->setFigure(
        numberText(now.failingEndpoints()),
        now.disabledEndpoints > 0
            ? tr("of %1, %2 disabled").arg(numberText(now.endpoints), numberText(now.disabledEndpoints))
            : tr("of %1").arg(numberText(now.endpoints)),
        tr("Enabled endpoints whose breaker has tripped, or that answered fewer than half of their newest %1 "
           "attempts of the last hour with a 2xx")
            .arg(judgedAttempts));
    m_failingCard->setAlarming(now.failingEndpoints() > 0);
    m_failingCard->setTrend(failureTrend(now), tr("Failed attempts, %1").arg(spokenRange));
}

void OverviewBoard::showLag()
{
    const Overview &now = m_overview;
    constexpr double alarmingSeconds = 60;
    m_lag->setAlarming(now.fanOutSkipped > 0 ||
                       (now.fanOutEnabled && now.eventLagSeconds.value_or(0) > alarmingSeconds));
    m_lag->setTrend(eventTrend(now), tr("Events appended"));
    if (!now.fanOutEnabled)
        m_lag->setFigure(QStringLiteral("–"), tr("fan-out is off"));
    else if (now.fanOutForeignCluster)
        m_lag->setFigure(QStringLiteral("–"), tr("fan-out is stopped"));
    else if (!now.eventLagSeconds)
        m_lag->setFigure(QStringLiteral("–"), tr("not known"));
    else
        m_lag->setFigure(duration(*now.eventLagSeconds * 1e3),
                         now.fanOutSkipped > 0        ? tr("%1 put aside").arg(numberText(now.fanOutSkipped))
                         : !now.fenceHolder.isEmpty() ? tr("held by %1").arg(now.fenceHolder)
                         : *now.eventLagSeconds > 0   ? tr("not fanned out yet")
                                                      : tr("fan-out is level"));
}

void OverviewBoard::showTimes()
{
    for (TimeChart *chart : {m_attempts, m_latency, m_depth})
        chart->viewport()->update();
}

void OverviewBoard::showCharts(const QString &spokenRange)
{
    m_attempts->setEmptyText(tr("No deliveries in the %1").arg(spokenRange));
    m_latency->setEmptyText(tr("Nothing was sent in the %1").arg(spokenRange));
    m_depth->setEmptyText(tr("The queue was empty in the %1").arg(spokenRange));
    m_attempts->setData(signalbox::attemptChart(m_overview));
    m_latency->setData(signalbox::latencyChart(m_overview));
    m_depth->setData(depthChart(m_overview));
}

void OverviewBoard::showPanels(const QString &spokenRange)
{
    MonitoringList &statuses = m_overview.list(Monitoring::QueueStatus);
    statuses.rows = inOrderOfLife(std::move(statuses.rows));
    for (const Monitoring query : everyMonitoring)
        monitoring(query)->showList(m_overview.list(query), m_overview.judged, spokenRange);
    fitPanels();
}

} // namespace signalbox
