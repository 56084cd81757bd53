#include "app/core/console_rights.h"

#include <array>

namespace signalbox {

namespace {

constexpr std::array<Right, 4> rights{Right::Select, Right::Insert, Right::Update, Right::Delete};

QString rightName(Right right)
{
    switch (right) {
    case Right::Select:
        return QStringLiteral("SELECT");
    case Right::Insert:
        return QStringLiteral("INSERT");
    case Right::Update:
        return QStringLiteral("UPDATE");
    case Right::Delete:
        break;
    }
    return QStringLiteral("DELETE");
}

QList<Grant> on(const QStringList &tables, Right right)
{
    QList<Grant> grants;
    for (const QString &table : tables)
        grants.append({table, right});
    return grants;
}

QList<Grant> seeing(const QStringList &tables)
{
    return on(tables, Right::Select);
}

QStringList tablesOf(const QList<Grant> &grants, Right right)
{
    QStringList tables;
    for (const Grant &grant : grants) {
        if (grant.right == right)
            tables.append(grant.table);
    }
    return tables;
}

const QStringList &tablesOfEndpoints()
{
    static const QStringList tables{QStringLiteral("webhook_endpoints"),
                                    QStringLiteral("signalbox_endpoint_state"),
                                    QStringLiteral("webhook_deliveries"), QStringLiteral("webhook_jobs")};
    return tables;
}

QList<Grant> grantsOfOverview()
{
    return seeing({QStringLiteral("webhook_jobs"), QStringLiteral("webhook_endpoints"),
                   QStringLiteral("webhook_deliveries"), QStringLiteral("events"),
                   QStringLiteral("event_streams"), QStringLiteral("event_snapshots"),
                   QStringLiteral("signalbox_fan_out")});
}

QList<Grant> grantsOfJobChanges()
{
    return seeing({QStringLiteral("webhook_jobs"), QStringLiteral("webhook_endpoints"),
                   QStringLiteral("webhook_deliveries"), QStringLiteral("signalbox_changes")}) +
           on({QStringLiteral("webhook_jobs"), QStringLiteral("signalbox_changes")}, Right::Update) +
           on({QStringLiteral("signalbox_changes"), QStringLiteral("signalbox_change_rows")}, Right::Insert);
}

QList<Grant> grantsOfDelivering()
{
    const QStringList written{QStringLiteral("webhook_jobs"), QStringLiteral("signalbox_workers"),
                              QStringLiteral("signalbox_endpoint_state"),
                              QStringLiteral("signalbox_endpoint_window"),
                              QStringLiteral("signalbox_order_progress")};
    const QStringList read{QStringLiteral("webhook_endpoints"), QStringLiteral("webhook_deliveries"),
                           QStringLiteral("events"), QStringLiteral("signalbox_fan_out"),
                           QStringLiteral("signalbox_settings")};
    return seeing(written + read) +
           on(written + QStringList{QStringLiteral("webhook_deliveries")}, Right::Insert) +
           on(written + QStringList{QStringLiteral("webhook_endpoints"), QStringLiteral("signalbox_fan_out")},
              Right::Update);
}

} // namespace

size_t qHash(const Grant &grant, size_t seed)
{
    return qHashMulti(seed, grant.table, int(grant.right));
}

QList<Grant> grantsFor(ConsoleAct act)
{
    switch (act) {
    case ConsoleAct::SeeOverview:
        return grantsOfOverview();
    case ConsoleAct::SeeJobs:
        return seeing({QStringLiteral("webhook_jobs")});
    case ConsoleAct::SeeDeliveries:
        return seeing({QStringLiteral("webhook_deliveries")});
    case ConsoleAct::SeeEvents:
        return seeing({QStringLiteral("events")});
    case ConsoleAct::SeeStreams:
        return seeing({QStringLiteral("event_streams"), QStringLiteral("event_snapshots")});
    case ConsoleAct::SeeEndpoints:
        return seeing(tablesOfEndpoints());
    case ConsoleAct::SeeWorkers:
        return seeing({QStringLiteral("signalbox_workers")});
    case ConsoleAct::ChangeJobs:
        return grantsOfJobChanges();
    case ConsoleAct::AddEndpoints:
        return seeing(tablesOfEndpoints()) + on({QStringLiteral("webhook_endpoints")}, Right::Insert);
    case ConsoleAct::ChangeEndpoints:
        return seeing(tablesOfEndpoints()) + on({QStringLiteral("webhook_endpoints")}, Right::Update);
    case ConsoleAct::MoveBreakers:
        return seeing(tablesOfEndpoints()) + on({QStringLiteral("signalbox_endpoint_state")}, Right::Update);
    case ConsoleAct::SwitchFanOut:
        return seeing({QStringLiteral("signalbox_fan_out"), QStringLiteral("events")}) +
               on({QStringLiteral("signalbox_fan_out")}, Right::Update);
    case ConsoleAct::Deliver:
        break;
    }
    return grantsOfDelivering();
}

QList<Grant> ConsoleRights::missingOf(const QList<Grant> &needed) const
{
    QList<Grant> missing;
    for (const Grant &grant : needed) {
        if (m_known && !m_held.contains(grant))
            missing.append(grant);
    }
    return missing;
}

QString ConsoleRights::obstacle(ConsoleAct act) const
{
    const QList<Grant> missing = missingFor(act);
    return missing.isEmpty() ? QString() : QStringLiteral("Missing: ") + grantsText(missing);
}

QString ConsoleRights::remedy(ConsoleAct act) const
{
    return grantStatements(missingFor(act), m_role);
}

ConsoleAct readingOf(Table table)
{
    switch (table) {
    case Table::Jobs:
        return ConsoleAct::SeeJobs;
    case Table::Deliveries:
        return ConsoleAct::SeeDeliveries;
    case Table::Events:
        return ConsoleAct::SeeEvents;
    case Table::Streams:
        break;
    }
    return ConsoleAct::SeeStreams;
}

Error schemaError(const QString &what, SchemaPresence presence)
{
    if (presence == SchemaPresence::Missing)
        return {Error::Kind::Refused,
                what,
                QStringLiteral("it does not hold the tables of Signalbox"),
                QStringLiteral("run \"signalbox migrate up\" with the same --db"),
                {},
                -1};
    return {
        Error::Kind::Refused,
        what,
        QStringLiteral("its schema lacks migrations that Signalbox needs"),
        QStringLiteral(
            "look with \"signalbox migrate status\", then run \"signalbox migrate up\" with the same --db"),
        {},
        -1};
}

QString grantsText(const QList<Grant> &grants)
{
    QStringList parts;
    for (const Right right : rights) {
        const QStringList tables = tablesOf(grants, right);
        if (!tables.isEmpty())
            parts.append(QStringLiteral("%1 on %2").arg(rightName(right), tables.join(QStringLiteral(", "))));
    }
    return parts.join(QStringLiteral("; "));
}

QString grantStatements(const QList<Grant> &grants, const QString &role)
{
    QStringList lines;
    for (const Right right : rights) {
        const QStringList tables = tablesOf(grants, right);
        if (!tables.isEmpty())
            lines.append(QStringLiteral("GRANT %1 ON %2 TO %3;")
                             .arg(rightName(right), tables.join(QStringLiteral(", ")), role));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace signalbox
