#pragma once

#include "app/core/page.h"

#include <QDateTime>
#include <QListWidget>

namespace signalbox {

/// The attempts of a job as a timeline, newest first: a dot in the colour of the outcome, what came of it,
/// how long it took. Enter or a double click opens the delivery.
class AttemptList final : public QListWidget
{
    Q_OBJECT
public:
    explicit AttemptList(QWidget *parent = nullptr);
    void setAttempts(const QList<QSqlRecord> &attempts);
    QSize sizeHint() const override;

signals:
    void attemptActivated(const QString &deliveryId);

private:
    QList<QSqlRecord> m_attempts;
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
