#include "tests/unit/layer_rules.h"

#include <QDirIterator>
#include <QFile>
#include <QHash>
#include <QRegularExpression>
#include <QTest>

class TestLayers : public QObject
{
    Q_OBJECT
private slots:
    void rules_data();
    void rules();
    void treeObeys();
    void onlyTheThemeNamesColours();
    void nobodyShowsRichText();
    void everyTypeHasANameOfItsOwn();
};

void TestLayers::rules_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("include");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char *path, const char *include, bool allowed) {
        QTest::addRow("%s: %s", path, include) << QString(path) << QString(include) << allowed;
    };
    row("app/core/x.cpp", "app/core/y.h", true);
    row("app/core/x.cpp", "QString", true);
    row("app/core/x.cpp", "QSqlRecord", true);
    row("app/core/x.cpp", "QtSql/QSqlField", true);
    row("app/core/x.cpp", "nlohmann/json.hpp", true);
    row("app/core/x.cpp", "QSqlQuery", false);
    row("app/core/x.cpp", "QtSql/QSqlDatabase", false);
    row("app/core/x.cpp", "QHostAddress", false);
    row("app/core/x.cpp", "QWidget", false);
    row("app/core/x.cpp", "app/database/gateway.h", false);
    row("app/core/x.cpp", "models/job_model.h", false);
    row("app/core/x.cpp", "../database/gateway.h", false);
    row("app/database/x.cpp", "app/core/y.h", true);
    row("app/database/x.cpp", "QSqlQuery", true);
    row("app/database/x.cpp", "models/job_model.h", false);
    row("app/database/x.cpp", "ui/mainwindow.h", false);
    row("app/database/x.cpp", "app/delivery/dispatcher.h", false);
    row("app/delivery/x.cpp", "QNetworkAccessManager", true);
    row("app/delivery/x.cpp", "QSqlRecord", false);
    row("app/delivery/x.cpp", "QtSql", false);
    row("app/delivery/x.cpp", "app/database/pg_connection.h", false);
    row("app/delivery/x.cpp", "models/job_model.h", false);
    row("app/platform/x.cpp", "app/core/profile.h", true);
    row("app/platform/x.cpp", "app/database/pg_connection.h", false);
    row("app/demo/x.cpp", "app/database/pg_connection.h", true);
    row("app/demo/x.cpp", "app/delivery/dispatcher.h", false);
    row("models/x.cpp", "QAbstractTableModel", true);
    row("models/x.cpp", "QSqlRecord", true);
    row("models/x.cpp", "QSqlQueryModel", false);
    row("models/x.cpp", "QNetworkReply", false);
    row("models/x.cpp", "QTableView", false);
    row("models/x.cpp", "app/database/gateway.h", false);
    row("models/x.cpp", "ui/mainwindow.h", false);
    row("ui/pages/x.cpp", "models/job_model.h", true);
    row("ui/pages/x.cpp", "app/core/page.h", true);
    row("ui/pages/x.cpp", "QTableView", true);
    row("ui/pages/x.cpp", "QSqlRecord", false);
    row("ui/pages/x.cpp", "QNetworkReply", false);
    row("ui/pages/x.cpp", "app/database/gateway.h", false);
    row("ui/pages/x.cpp", "app/composition.h", false);
    row("ui/pages/x.cpp", "QChartView", false);
    row("ui/pages/x.cpp", "QtCharts/QChart", false);
    row("ui/charts/x.cpp", "QChartView", true);
    row("ui/charts/x.cpp", "ui/theme/theme.h", true);
    row("app/composition.cpp", "ui/mainwindow.h", true);
    row("app/main.cpp", "app/database/gateway.h", true);
    row("app/cli/x.cpp", "app/delivery/delivery_service.h", true);
}

void TestLayers::rules()
{
    QFETCH(const QString, path);
    QFETCH(const QString, include);
    QFETCH(const bool, allowed);
    QCOMPARE(layerViolation(path, include).isEmpty(), allowed);
}

namespace {

QStringList sourceFiles(const QStringList &folders)
{
    QStringList files;
    for (const QString &folder : folders) {
        QDirIterator iterator(QStringLiteral(SIGNALBOX_SOURCE_DIR "/") + folder, {"*.h", "*.cpp"},
                              QDir::Files, QDirIterator::Subdirectories);
        while (iterator.hasNext())
            files << iterator.next();
    }
    return files;
}

QString textOf(const QString &fileName)
{
    QFile file(fileName);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QString relative(const QString &fileName)
{
    return fileName.mid(int(qstrlen(SIGNALBOX_SOURCE_DIR "/")));
}

} // namespace

void TestLayers::treeObeys()
{
    static const QRegularExpression include(QStringLiteral("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]"),
                                            QRegularExpression::MultilineOption);
    QStringList violations;
    int includes = 0;
    for (const QString &fileName : sourceFiles({"app", "models", "ui"})) {
        for (auto matches = include.globalMatch(textOf(fileName)); matches.hasNext(); ++includes) {
            const QString violation = layerViolation(relative(fileName), matches.next().captured(1));
            if (!violation.isEmpty())
                violations << violation;
        }
    }
    QVERIFY2(violations.isEmpty(), qPrintable(violations.join('\n')));
    QVERIFY2(includes > 100, "the includes of the tree were not found");
}

void TestLayers::onlyTheThemeNamesColours()
{
    static const QRegularExpression colour(
        QStringLiteral("\"#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?\"|QColor\\(\\s*\\d"));
    QStringList violations;
    for (const QString &fileName : sourceFiles({"app", "models", "ui"})) {
        const QString path = relative(fileName);
        if (!path.startsWith(QLatin1String("ui/theme/")) && colour.match(textOf(fileName)).hasMatch())
            violations << path + QStringLiteral(" names a colour; take one from ui/theme");
    }
    QVERIFY2(violations.isEmpty(), qPrintable(violations.join('\n')));
}

// What Qt takes for rich text loads the files it names; see ui/widgets/plain_text.h.
// Two types of one name in one namespace: the linker takes the inline functions of either for both, silently.
void TestLayers::everyTypeHasANameOfItsOwn()
{
    static const QRegularExpression type(
        QStringLiteral("^(?:class|struct|enum class) (\\w+)(?: final)?(?: :[^;]*)?$"),
        QRegularExpression::MultilineOption);
    QHash<QString, QString> seen;
    for (const QString &fileName : sourceFiles({"app", "models", "ui"})) {
        if (!fileName.endsWith(QLatin1String(".h")))
            continue;
        for (auto matches = type.globalMatch(textOf(fileName)); matches.hasNext();) {
            const QString name = matches.next().captured(1);
            QVERIFY2(
                !seen.contains(name),
                qPrintable(
                    QStringLiteral("%1 is in %2 and in %3").arg(name, seen.value(name), relative(fileName))));
            seen.insert(name, relative(fileName));
        }
    }
    QVERIFY2(seen.size() > 100, "the types of the tree were not found");
}

void TestLayers::nobodyShowsRichText()
{
    static const QRegularExpression rich(QStringLiteral(
        "QMessageBox|QErrorMessage|QTextBrowser|\\bQTextEdit>|setHtml|Qt::RichText|QToolTip::showText"));
    const QStringList escaping{QStringLiteral("ui/widgets/notice.cpp"),
                               QStringLiteral("ui/widgets/plain_text.cpp")};
    QStringList violations;
    for (const QString &fileName : sourceFiles({"app", "models", "ui"})) {
        const QString path = relative(fileName);
        if (!escaping.contains(path) && rich.match(textOf(fileName)).hasMatch())
            violations << path + QStringLiteral(" shows rich text; what others wrote is plain text");
    }
    QVERIFY2(violations.isEmpty(), qPrintable(violations.join('\n')));
}

QTEST_GUILESS_MAIN(TestLayers)
#include "test_layers.moc"
