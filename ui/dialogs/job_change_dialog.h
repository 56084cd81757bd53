#pragma once

#include "app/core/console.h"
#include "ui/theme/theme.h"

#include <QDialog>

#include <atomic>
#include <memory>

class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace signalbox {

class Notice;
class RetryOptionsField;
class RowList;

/// Says what retrying, sending or cancelling jobs would do, asks for the reason, and does it. The guards are
/// below the window: this dialog only shows them (design §2.6).
class JobChangeDialog final : public QDialog
{
    Q_OBJECT
public:
    JobChangeDialog(JobActions &actions, const JobSelection &selection, JobAction action, QWidget *parent);

    /// A reason to start with; Enter is then enough.
    void setReason(const QString &reason);
    void reject() override;

signals:
    /// Jobs were changed; `message` says what happened.
    void changed(const QString &message, const signalbox::ActionResult &result);

private:
    void buildLayout();
    void requestPreview();
    void showPreview(const ActionPreview &preview);
    void showWarnings(const ActionPreview &preview);
    void addWarning(theme::State state, const QString &lead, const QString &text);
    void perform();
    ActionWatch watch();
    void finish(const ActionResult &result);
    void updateButton();

    JobActions &m_actions;
    const JobSelection m_selection;
    const JobAction m_action;
    qint64 m_affected = 0;
    bool m_busy = true;
    std::shared_ptr<std::atomic<bool>> m_stop; ///< of the change under way
    QPushButton *m_dismiss;
    QLabel *m_title;
    QLabel *m_summary;
    QLabel *m_scope;
    RowList *m_byStatus;
    RowList *m_byEndpoint;
    QVBoxLayout *m_warnings;
    QLineEdit *m_reason;
    RetryOptionsField *m_options; ///< null where nothing is retried
    Notice *m_failure;
    QPushButton *m_perform;
};

} // namespace signalbox
