#pragma once

#include "app/core/page.h"
#include "app/core/result.h"

#include <QList>
#include <QSet>
#include <QString>
#include <QStringList>

namespace signalbox {

enum class Right { Select, Insert, Update, Delete };

/// One right on one table.
struct Grant
{
    QString table;
    Right right = Right::Select;
    friend bool operator==(const Grant &, const Grant &) = default;
};

size_t qHash(const Grant &grant, size_t seed = 0);

/// What somebody does with the console, as far as it takes rights of its own.
enum class ConsoleAct {
    SeeOverview,
    SeeJobs,
    SeeDeliveries,
    SeeEvents,
    SeeStreams,
    SeeEndpoints,
    SeeWorkers,
    ChangeJobs,
    AddEndpoints,
    ChangeEndpoints,
    MoveBreakers,
    SwitchFanOut,
    Deliver
};

/// The rights an act takes, those on the tables it reads included. The one list of them: pages, commands and
/// README go by it.
QList<Grant> grantsFor(ConsoleAct act);

/// The act that reading a table is.
ConsoleAct readingOf(Table table);

/// How much of our schema a database holds.
enum class SchemaPresence {
    Missing,
    Older, ///< there, but without columns that this version reads
    Here
};

/// Says of a database that lacks our schema, or parts of it, what can be done. `what` failed for it.
Error schemaError(const QString &what, SchemaPresence presence);

/// What the role of a connection may do with the tables of the console; read once per connection. As long as
/// it is not known, nothing is held back: the server has the last word.
class ConsoleRights
{
public:
    ConsoleRights() = default;
    /// `role` as SQL writes it, quoted where it must be.
    ConsoleRights(QString role, SchemaPresence schema, QSet<Grant> held)
        : m_role(std::move(role))
        , m_schema(schema)
        , m_held(std::move(held))
        , m_known(true)
    {
    }

    const QString &role() const { return m_role; }
    SchemaPresence schema() const { return m_schema; }

    QList<Grant> missingOf(const QList<Grant> &needed) const;
    QList<Grant> missingFor(ConsoleAct act) const { return missingOf(grantsFor(act)); }
    bool allows(ConsoleAct act) const { return missingFor(act).isEmpty(); }
    bool maySee(const QString &table) const { return missingOf({{table, Right::Select}}).isEmpty(); }

    /// What an act that is not allowed is lacking, as a sentence: "Missing: UPDATE on webhook_jobs".
    QString obstacle(ConsoleAct act) const;
    /// The statements that would allow it, to be run by the tables' owner.
    QString remedy(ConsoleAct act) const;

private:
    QString m_role;
    SchemaPresence m_schema = SchemaPresence::Here;
    QSet<Grant> m_held;
    bool m_known = false;
};

/// "SELECT on webhook_jobs, webhook_endpoints; INSERT on signalbox_changes"
QString grantsText(const QList<Grant> &grants);
/// "GRANT SELECT ON webhook_jobs, webhook_endpoints TO analytics;", a line for each right.
QString grantStatements(const QList<Grant> &grants, const QString &role);

} // namespace signalbox
