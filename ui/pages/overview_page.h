#pragma once

#include "app/core/console.h"
#include "ui/console_services.h"
#include "ui/pages/console_page.h"
#include "ui/pages/overview_range.h"

#include <QElapsedTimer>

class QPushButton;
class QStackedLayout;

namespace signalbox {

class EmptyState;
class Notice;
class OverviewBoard;
class PageHeader;
class RangeSwitch;

/// The state of queue and event store at a glance, over a range of 5 minutes to 30 days (keys 1 to 5), or one
/// that was drawn over a chart or typed (/; Esc leaves it).
class OverviewPage final : public ConsolePage
{
    Q_OBJECT
public:
    explicit OverviewPage(const ConsoleServices &services, QWidget *parent = nullptr);

    QString pageId() const override { return QStringLiteral("overview"); }
    QString pageTitle() const override { return tr("Overview"); }
    QString iconName() const override { return QStringLiteral("overview"); }
    void refresh() override;
    void reset() override;
    /// "5m", "1h", "24h", "7d" or "30d" chooses the range; other texts are left alone.
    void applyFilter(const QString &filterText) override;
    void selectRow(const QString &) override {}
    bool isSettled() const override;
    QString problem() const override;
    QList<QAction *> pageActions() const override { return m_actions; }

private:
    enum class FanOutOffer { None, TurnOn, Rebase };

    void buildHeader();
    void buildZone();
    ShownRange range() const;
    void showPast(const QDateTime &from, const QDateTime &to);
    void leavePast();
    void askForRange();
    void showSpan();
    void takeStatus(const ConnectionStatus &status);
    void showState();
    void request();
    void receive(quint64 token, const Result<Overview> &answer);
    void showFanOut(const Overview &overview);
    void acceptFanOutOffer();

    ConsoleServices m_services;
    QList<QAction *> m_actions;
    PageHeader *m_header;
    RangeSwitch *m_range;
    QPushButton *m_past; ///< names the range of the past and leaves it
    RangeSwitch *m_zone;
    QAction *m_leavePast = nullptr;
    std::optional<ShownRange> m_pastRange; ///< in the place of the switch's
    QDateTime m_from, m_to;                ///< of the figures that are shown
    Notice *m_problem;
    Notice *m_fanOut;
    QPushButton *m_fanOutButton;
    OverviewBoard *m_board;
    EmptyState *m_empty; ///< in the board's place until there are figures
    QStackedLayout *m_stack;
    ConnectionStatus m_status;
    std::optional<Error> m_failure; ///< of the last reading
    bool m_hasFigures = false;
    FanOutOffer m_offer = FanOutOffer::None;
    quint64 m_asked = 0;    ///< requests sent; only the newest one's answer is shown
    quint64 m_answered = 0; ///< the newest request that was answered
    QElapsedTimer m_sinceRequest;
    qint64 m_lastCostMs = 0; ///< from request to answer
};

} // namespace signalbox
