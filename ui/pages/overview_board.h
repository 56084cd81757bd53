#pragma once

#include "app/core/console.h"

#include <QWidget>

#include <array>

class QBoxLayout;
class QGridLayout;

namespace signalbox {

class MetricCard;
class MonitoringPanel;
class RecordPanel;
class TimeChart;

/// What the Overview shows of one answer: figures, charts over time and the six monitoring queries of the
/// schema's description. Every mark leads to the rows behind it.
class OverviewBoard final : public QWidget
{
    Q_OBJECT
public:
    explicit OverviewBoard(QWidget *parent = nullptr);

    /// `spokenRange`: "last hour".
    void showOverview(const Overview &overview, const QString &spokenRange);

    TimeChart *attemptChart() const { return m_attempts; }
    RecordPanel *panel(Monitoring query) const;
    TimeChart *latencyChart() const { return m_latency; }
    /// Draws the times again: they are shown in another zone now.
    void showTimes();
    /// What each monitoring query is to count.
    Reaches reaches() const;

signals:
    void reachesChanged();
    /// A stretch was drawn over a chart.
    void rangeChosen(const QDateTime &from, const QDateTime &to);
    void linkActivated(const QString &pageId, const QString &filterText, const QString &selectId);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QLayout *buildCards();
    QLayout *buildCharts();
    QLayout *buildPanels();
    /// Four columns side by side, or two below two where the window is narrow.
    void arrangePanels(bool narrow);
    std::array<int, 4> leastWidths() const;
    void fitPanels();
    MetricCard *addCard(QBoxLayout *layout, const QString &title, const QString &state);
    QWidget *chartCard(const QString &title, const QString &subtitle, TimeChart *chart);
    MonitoringPanel *monitoring(Monitoring query) const;
    QString boundOf(Monitoring query) const;
    void connectCards();
    void connectCharts();
    void connectPanels();
    void showCards(const QString &spokenRange);
    void showDue();
    void showFailing(const QString &spokenRange);
    void openDue();
    void showLag();
    void showCharts(const QString &spokenRange);
    void showPanels(const QString &spokenRange);
    void go(const QString &pageId, const QString &filterText, const QString &selectId = {});

    Overview m_overview;
    MetricCard *m_due = nullptr;
    MetricCard *m_delivered = nullptr;
    MetricCard *m_latencyCard = nullptr;
    MetricCard *m_failingCard = nullptr;
    MetricCard *m_lag = nullptr;
    TimeChart *m_attempts = nullptr;
    TimeChart *m_latency = nullptr;
    TimeChart *m_depth = nullptr;
    std::array<MonitoringPanel *, everyMonitoring.size()> m_monitoring{};
    QLayout *m_charts = nullptr;
    QGridLayout *m_panels = nullptr;
    QLayout *m_failingAndQueue = nullptr;
    QLayout *m_typesAndSnapshots = nullptr;
    bool m_narrow = false;
};

} // namespace signalbox
