#pragma once

#include "app/database/migrator.h"
#include "app/database/schema_adoption.h"

namespace signalbox {

/// What `migrate up` would do.
struct MigrationPlan
{
    AdoptionPlan adoption;
    QList<MigrationFile> pending; ///< to be run, in this order
    QStringList missing;          ///< what applied files made and `up` restores

    /// Refused differences stop `up` before it touches anything.
    bool isPossible() const;
    /// As SQL to read and to copy: what would be done stands in comments, the statements that would make a
    /// foreign schema fit stand as they are run.
    QString toSql() const;
};

/// Reads only, also in a read-only session.
Result<MigrationPlan> planMigration(PgConnection &connection, std::optional<qint64> to = {},
                                    const QString &directory = embeddedMigrations());

} // namespace signalbox
