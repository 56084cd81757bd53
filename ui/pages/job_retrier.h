#pragma once

#include "app/core/job_change_log.h"
#include "ui/console_services.h"
#include "ui/widgets/toast_notice.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <optional>

namespace signalbox {

/// Retries one job without a form, says what becomes of the jobs retried last as it happens, and takes a
/// retry of one job back as long as nothing was sent.
class JobRetrier final : public QObject
{
    Q_OBJECT
public:
    explicit JobRetrier(const ConsoleServices &services, QObject *parent = nullptr);

    void retryNow(const QString &jobId);
    /// Follows a retry that was done elsewhere; `remark` is said with its outcome.
    void follow(const QString &changeId, const QString &remark = {});
    void undo();
    bool canUndo() const { return m_canUndo; }
    /// The retry followed last; empty: none in this database.
    const QString &lastChange() const { return m_changeId; }
    void forget(); ///< another database

signals:
    void noticeRaised(const signalbox::ToastNotice &notice);
    /// The jobs of a retry are asked for: "change:ID".
    void jobsRequested(const QString &filter);
    /// Jobs were changed.
    void changed();
    /// canUndo or lastChange did.
    void stateChanged();

private:
    void start(const QString &changeId, const QString &what, bool canUndo, const QString &remark);
    void ask();
    void take(const Result<RetryOutcome> &outcome);
    void tell(const RetryOutcome &outcome, bool isFirst);
    void sayFailure(const Error &error);

    const ConsoleServices m_services;
    QString m_changeId;
    QString m_what;   ///< of one job: its name; empty: several
    QString m_remark; ///< what is to be said beside the outcome
    bool m_canUndo = false;
    std::optional<RetryOutcome> m_outcome; ///< as told last
    QElapsedTimer m_asked;
    int m_restMs = 0;
    QTimer m_timer;
};

} // namespace signalbox
