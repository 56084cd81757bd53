#pragma once

#include "app/core/console.h"
#include "ui/panes/detail_pane.h"

class QAction;
class QHBoxLayout;
class QLabel;

namespace signalbox {

class AttemptList;
class FactList;
class JsonView;
class Notice;
class RequestCopier;

/// A job: why it is not being sent, what was tried, what is sent.
class JobPane final : public DetailPane
{
    Q_OBJECT
public:
    explicit JobPane(const ConsoleServices &services, QWidget *parent = nullptr);

    /// Buttons for the page's actions.
    void addActionButton(QAction *action, const QString &kind = {});
    /// Unfolds what was sent and answered last, or folds it again.
    void toggleNewestAttempt();

protected:
    void request(const QString &id) override;
    void showAges() override;

private:
    void showDetail(const JobDetail &detail);
    void showReason(const JobDetail &detail);
    void showDifferences(const JobDetail &detail);
    void showFacts(const JobDetail &detail);
    void loadBody(const QString &deliveryId);
    void showAttemptMenu(const QPoint &position);

    JobDetail m_detail; ///< as shown
    Notice *m_reason;
    Notice *m_differences;
    RequestCopier *m_copier;
    QHBoxLayout *m_buttons;
    QLabel *m_attemptsHeading;
    AttemptList *m_attempts;
    QLabel *m_noAttempts;
    JsonView *m_payload;
    FactList *m_facts;
};

} // namespace signalbox
