#pragma once

#include "app/core/result.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

namespace signalbox {

/// Something that a migration leaves in the catalog, named as an operator reads it: "table events", "column
/// events.id", "trigger NAME on TABLE".
struct SchemaObject
{
    qint64 version = 0;
    QString name;
    QString definition; ///< of foreign keys and defaults, which running a file again does not bring back

    QString
    kind() const; ///< table, column, default, index, sequence, view, function, trigger, check, foreign key
    QString table() const; ///< the table it is part of; empty for those that are part of none
};

/// What one migration adds and takes away.
struct SchemaChange
{
    QList<SchemaObject> added;
    QStringList removed; ///< names
};

/// Reads a catalog.txt: "NNN name", "NNN name = definition", "NNN no name", one a line, and gives the lines
/// of one version.
Result<SchemaChange> schemaChangeOf(const QByteArray &text, qint64 version);

/// The names without those that go with a table that is missing too.
QStringList shortNamesOf(const QList<SchemaObject> &objects);

} // namespace signalbox
