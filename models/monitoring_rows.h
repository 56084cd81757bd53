#pragma once

#include "app/core/console.h"

#include <QList>
#include <QSqlRecord>
#include <QString>

namespace signalbox {

/// What the console shows beside the columns of the description's queries, as further fields of their rows.

/// Of DeliveryPerformance: attempts without a 2xx.
QString failedAttemptsField();
QList<QSqlRecord> withFailedAttempts(QList<QSqlRecord> rows);

/// Of FailingEndpoints: the share of an endpoint's newest attempts that went well (0..1; null without
/// attempts or for an endpoint that was removed), and a word for how it stands: failing, healthy, disabled,
/// removed.
QString newestSuccessField();
QString standingField();
QList<QSqlRecord> withStandings(QList<QSqlRecord> rows, const QList<JudgedEndpoint> &judged);

} // namespace signalbox
