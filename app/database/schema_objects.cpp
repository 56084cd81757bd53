#include "app/database/schema_objects.h"

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

constexpr std::array<const char *, 10> kinds{"table", "column",   "default", "index", "sequence",
                                             "view",  "function", "trigger", "check", "foreign key"};

QString tableName(const SchemaObject &object)
{
    return QStringLiteral("table ") + object.table();
}

} // namespace

QString SchemaObject::kind() const
{
    const auto found = std::find_if(kinds.begin(), kinds.end(), [this](const char *kind) {
        return name.startsWith(QLatin1String(kind) + QLatin1Char(' '));
    });
    return found == kinds.end() ? QString() : QString::fromLatin1(*found);
}

QString SchemaObject::table() const
{
    const QString what = kind();
    const QString rest = name.mid(what.size() + 1);
    if (what == QLatin1String("column") || what == QLatin1String("default"))
        return rest.section('.', 0, 0);
    if (what == QLatin1String("foreign key"))
        return rest.section(' ', 0, 0);
    if (what == QLatin1String("index") || what == QLatin1String("trigger") || what == QLatin1String("check"))
        return rest.section(QStringLiteral(" on "), -1);
    return {};
}

Result<SchemaChange> schemaChangeOf(const QByteArray &text, qint64 version)
{
    SchemaChange change;
    const QStringList lines = QString::fromUtf8(text).split('\n', Qt::SkipEmptyParts);
    for (const QString &line : lines) {
        if (line.startsWith('#') || line.section(' ', 0, 0).toLongLong() != version)
            continue;
        const QString rest = line.section(' ', 1);
        const QString equals = QStringLiteral(" = ");
        const bool isRemoval = rest.startsWith(QLatin1String("no "));
        const SchemaObject object{version, rest.mid(isRemoval ? 3 : 0).section(equals, 0, 0),
                                  rest.section(equals, 1)};
        if (object.kind().isEmpty())
            return fail(QStringLiteral("read catalog.txt"),
                        QStringLiteral("\"%1\" names nothing known").arg(line));
        if (isRemoval)
            change.removed << object.name;
        else
            change.added << object;
    }
    return change;
}

QStringList shortNamesOf(const QList<SchemaObject> &objects)
{
    QStringList names;
    for (const SchemaObject &object : objects)
        names << object.name;
    QStringList result;
    for (const SchemaObject &object : objects) {
        const bool goesWithItsTable = !object.table().isEmpty() && names.contains(tableName(object));
        const bool goesWithItsColumn = object.kind() == QLatin1String("default") &&
                                       names.contains(QStringLiteral("column ") + object.name.mid(8));
        if (!goesWithItsTable && !goesWithItsColumn)
            result << object.name;
    }
    return result;
}

} // namespace signalbox
