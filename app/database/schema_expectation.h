#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace signalbox {

struct ExpectedColumn
{
    QString name;
    QString type; ///< as format_type writes it
    bool isNotNull = false;
    QString fallback; ///< default, for rows that we or producers insert without it; empty: none
};

/// A primary key or unique constraint. Where the table is partitioned, the partition key may be part of it.
struct ExpectedKey
{
    bool isPrimary = false;
    QStringList columns;
    bool isNeeded = true; ///< false: we can do without
};

struct ExpectedReference
{
    QString column;
    QString table; ///< by its id; deleting there cascades
};

struct ExpectedTrigger
{
    QString name;
    QString function;
    QString purpose; ///< what is missing without any: ends a sentence
};

/// A table of the schema's description (001 and 002), as far as we rely on it.
struct ExpectedTable
{
    QString name;
    bool mayBePartitioned = false;
    QList<ExpectedColumn> columns;
    QList<ExpectedKey> keys;
    QList<ExpectedReference> references;
    QList<ExpectedTrigger> triggers;
    QStringList states; ///< values that a CHECK on `status` must take; empty: the table has no such column
};

QList<ExpectedTable> expectedEventTables();
QList<ExpectedTable> expectedWebhookTables();

} // namespace signalbox
