#pragma once

#include "app/core/page.h"

#include <QDateTime>
#include <QListWidget>

namespace signalbox {

/// The attempts of a job as a timeline, newest first: a dot in the colour of the outcome, what came of it,
/// how long it took. A click, Enter or Space unfolds an attempt in place, one at a time; Ctrl+Enter opens its
/// delivery.
class AttemptList final : public QListWidget
{
    Q_OBJECT
public:
    explicit AttemptList(QWidget *parent = nullptr);
    /// What is unfolded stays so when attempts are added.
    void setAttempts(const QList<QSqlRecord> &attempts);
    QSize sizeHint() const override;

    QString unfoldedId() const { return m_unfolded; } ///< of the delivery; empty: none
    void toggle(const QString &deliveryId);
    void toggleNewest();
    /// The whole answer of an attempt, as asked for by bodyRequested.
    void setBody(const QString &deliveryId, const QString &body);
    /// The attempt that is current; empty: none.
    QSqlRecord currentAttempt() const;

signals:
    void attemptActivated(const QString &deliveryId);
    /// An attempt that came with the beginning of its answer only was unfolded.
    void bodyRequested(const QString &deliveryId);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;

private:
    QListWidgetItem *itemOf(const QString &deliveryId) const;
    QListWidgetItem *makeItem(const QSqlRecord &attempt) const;
    void unfold(QListWidgetItem *item);
    void fold();

    QList<QSqlRecord> m_attempts;
    QString m_unfolded;
};

/// "HTTP 500", "sent, no answer", "never connected" of a row of webhook_deliveries.
QString outcomeText(const QSqlRecord &delivery);
/// "243 ms"; "–" where the row does not tell.
QString tookText(const QSqlRecord &delivery);
/// Word for theme::stateOf: succeeded, failed, no-answer, never-connected.
QString outcomeState(const QSqlRecord &delivery);
/// Clock time, with the date when it was another day.
QString clockText(const QDateTime &time);

} // namespace signalbox
