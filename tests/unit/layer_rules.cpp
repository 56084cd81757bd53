#include "tests/unit/layer_rules.h"

#include <QFileInfo>
#include <QHash>
#include <QLibraryInfo>
#include <QStringList>

namespace {

struct Rules
{
    QStringList rooms;     ///< whose headers may be included
    QStringList qtModules; ///< that may be used
};

// "app/core" for app/core/x.h, "ui" for ui/pages/y.h, "app" for app/main.cpp.
QString roomOf(const QString &path)
{
    const QStringList parts = path.split('/');
    if (parts.size() < 2)
        return {};
    return parts[0] == QLatin1String("app") && parts.size() > 2 ? parts[0] + '/' + parts[1] : parts[0];
}

// Rooms that are not listed (app/main.cpp, app/composition, app/cli) see everything.
const QHash<QString, Rules> &rulesByRoom()
{
    static const QHash<QString, Rules> rules{
        {"app/core", {{"app/core"}, {"QtCore"}}},
        {"app/database", {{"app/core", "app/database"}, {"QtCore", "QtSql"}}},
        {"app/delivery", {{"app/core", "app/delivery"}, {"QtCore", "QtNetwork"}}},
        {"app/metrics", {{"app/core", "app/metrics"}, {"QtCore", "QtNetwork"}}},
        {"app/platform", {{"app/core", "app/platform"}, {"QtCore", "QtGui"}}},
        {"app/demo", {{"app/core", "app/database", "app/demo"}, {"QtCore", "QtNetwork", "QtSql"}}},
        {"models", {{"app/core", "models"}, {"QtCore", "QtGui"}}},
        {"ui", {{"app/core", "models", "ui"}, {"QtCore", "QtGui", "QtWidgets", "QtSvg"}}},
    };
    return rules;
}

// The module whose headers hold the name; the installed Qt knows better than any list of ours.
QString qtModuleOf(const QString &include)
{
    const QStringList modules{"QtCore",    "QtGui",    "QtWidgets", "QtSql",
                              "QtNetwork", "QtCharts", "QtSvg",     "QtTest"};
    const QString first = include.section('/', 0, 0);
    if (first.startsWith(QLatin1String("Qt")) && include.contains('/'))
        return first;
    const QString headers = QLibraryInfo::path(QLibraryInfo::HeadersPath);
    for (const QString &module : modules) {
        if (include == module || QFileInfo::exists(headers + '/' + module + '/' + include))
            return module;
    }
    return {};
}

bool isRecordValue(const QString &include)
{
    const QString name = include.section('/', -1);
    return name == QLatin1String("QSqlRecord") || name == QLatin1String("QSqlField");
}

bool mayUseModule(const QString &path, const QString &room, const QString &include, const QString &module)
{
    if (module == QLatin1String("QtCharts"))
        return path.startsWith(QLatin1String("ui/charts/")) || !rulesByRoom().contains(room);
    if (isRecordValue(include) && (room == QLatin1String("app/core") || room == QLatin1String("models")))
        return true;
    return !rulesByRoom().contains(room) || rulesByRoom()[room].qtModules.contains(module);
}

} // namespace

QString layerViolation(const QString &path, const QString &include)
{
    if (include.contains(QLatin1String("..")))
        return QStringLiteral("%1 includes %2: includes start at the source root").arg(path, include);
    const QString room = roomOf(path);
    const QString module = qtModuleOf(include);
    if (!module.isEmpty() && !mayUseModule(path, room, include, module))
        return QStringLiteral("%1 includes %2 of %3, which %4 must not use").arg(path, include, module, room);

    const QString other = roomOf(include);
    const bool isOurs = other == QLatin1String("models") || other == QLatin1String("ui") ||
                        other == QLatin1String("app") || other.startsWith(QLatin1String("app/"));
    if (module.isEmpty() && isOurs && rulesByRoom().contains(room) &&
        !rulesByRoom()[room].rooms.contains(other))
        return QStringLiteral("%1 includes %2: %3 must not see %4").arg(path, include, room, other);
    return {};
}
