#include "models/monitoring_rows.h"

#include <QHash>
#include <QSqlField>

namespace signalbox {

namespace {

void append(QSqlRecord &row, const QString &name, const QVariant &value, QMetaType::Type type)
{
    QSqlField field(name, QMetaType(type));
    field.setValue(value);
    row.append(field);
}

/// How the endpoint stands, as a word that has a colour.
QString standingWord(const EndpointStanding &standing)
{
    if (!standing.isEnabled)
        return QStringLiteral("disabled");
    return isFailing(standing) ? QStringLiteral("failing") : QStringLiteral("healthy");
}

} // namespace

QString failedAttemptsField()
{
    return QStringLiteral("not_2xx");
}

QString newestSuccessField()
{
    return QStringLiteral("success_of_newest_attempts");
}

QString standingField()
{
    return QStringLiteral("standing");
}

QList<QSqlRecord> withFailedAttempts(QList<QSqlRecord> rows)
{
    for (QSqlRecord &row : rows)
        append(row, failedAttemptsField(),
               row.value(QStringLiteral("total_deliveries")).toLongLong() -
                   row.value(QStringLiteral("successful")).toLongLong(),
               QMetaType::LongLong);
    return rows;
}

QList<QSqlRecord> withStandings(QList<QSqlRecord> rows, const QList<JudgedEndpoint> &judged)
{
    QHash<QString, EndpointStanding> standings;
    for (const JudgedEndpoint &endpoint : judged)
        standings.insert(endpoint.id, endpoint.standing);
    for (QSqlRecord &row : rows) {
        const auto found = standings.constFind(row.value(QStringLiteral("endpoint_id")).toString());
        const bool isKnown = found != standings.cend();
        const std::optional<double> rate = isKnown ? found->newest.successRate() : std::nullopt;
        append(row, newestSuccessField(), rate ? QVariant(*rate) : QVariant(), QMetaType::Double);
        append(row, standingField(), isKnown ? standingWord(*found) : QStringLiteral("removed"),
               QMetaType::QString);
    }
    return rows;
}

} // namespace signalbox
