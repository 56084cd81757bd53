#pragma once

#include "app/core/result.h"
#include "app/database/pg_connection.h"

#include <QHash>
#include <QList>
#include <QMap>
#include <QStringList>

namespace signalbox {

struct FoundColumn
{
    QString type; ///< as format_type writes it
    bool isNotNull = false;
    bool hasDefault = false;
};

/// A constraint, or a unique index that does the same.
struct FoundConstraint
{
    enum class Kind { Unique, Reference, Check };
    Kind kind = Kind::Unique;
    QString name;
    QStringList columns;
    QString referenced; ///< table of a Reference
    bool cascades = false;
    QString definition; ///< of a Check
};

struct FoundTable
{
    bool isTable = false; ///< else a view, or a foreign table
    bool isPartitioned = false;
    QStringList partitionKey; ///< columns; an expression is left out
    QMap<QString, FoundColumn> columns;
    QList<FoundConstraint> constraints;
    QStringList triggerFunctions; ///< of enabled row triggers
};
using FoundTables = QHash<QString, FoundTable>;

/// What pg_catalog says of these tables in the first schema of the search path; those that are not there are
/// left out. Reads only, and needs no right on the tables.
Result<FoundTables> readCatalog(PgConnection &connection, const QStringList &tables);

/// The other schemas, quoted, that hold all of these tables: a second set in the first schema of the search
/// path would be a mistake.
Result<QStringList> schemasElsewhere(PgConnection &connection, const QStringList &tables);

} // namespace signalbox
