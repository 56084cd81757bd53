#pragma once

#include "app/core/console.h"
#include "ui/pages/table_page.h"

namespace signalbox {

class JobRetrier;

/// The jobs, and what an operator can do with them: retry, send before others, cancel; chosen ones or all
/// that match. One job is retried by one key and can be put back; in production, and for several, a form
/// asks.
class QueuePage final : public TablePage
{
    Q_OBJECT
public:
    explicit QueuePage(const ConsoleServices &services, QWidget *parent = nullptr);

protected:
    void updateActions() override;
    void fillRowMenu(QMenu *menu, const QSqlRecord &row) override;

private:
    void buildActions();
    void connectRetrier();
    void retrySelected();
    bool isInProduction() const;
    void offerEndpoints();
    QStringList selectedStates() const;
    void changeSelected(JobAction action, const QString &reason = {});
    void changeMatching(JobAction action);
    void openDialog(const JobSelection &selection, JobAction action, const QString &reason);

    JobRetrier *m_retrier = nullptr;
    QAction *m_retry = nullptr;
    QAction *m_sendNow = nullptr;
    QAction *m_cancel = nullptr;
    QAction *m_retryMatching = nullptr;
    QAction *m_cancelMatching = nullptr;
    QAction *m_attempt = nullptr;
    QAction *m_curl = nullptr;
    QAction *m_undo = nullptr;
    QAction *m_showRetried = nullptr;
};

} // namespace signalbox
