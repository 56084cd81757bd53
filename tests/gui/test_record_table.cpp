#include "models/job_model.h"
#include "ui/delegates/cell_delegate.h"
#include "ui/theme/theme.h"
#include "ui/widgets/record_table.h"

#include <QApplication>
#include <QMenu>
#include <QSettings>
#include <QTest>

using namespace signalbox;

/// The columns of a page's table in the room there is.
class TestRecordTable : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { theme::apply(*qApp, theme::Mode::Light); }
    void init() { QSettings().clear(); }

    void secondaryColumnsGiveWayAndComeBack()
    {
        // Given a table that is too narrow for all its columns
        JobModel model;
        RecordTable table(&model, QStringLiteral("test/recordTable"));
        table.hideAtFirst(QStringLiteral("held"));
        table.resize(820, 400);
        table.show();

        // Then names are whole, and errors, which the pane shows, have no column
        QVERIFY(isShown(table, model, "endpoint_id") && isShown(table, model, "created_at"));
        QVERIFY(!isShown(table, model, "last_error"));
        const int name = model.columnOf(QStringLiteral("endpoint_id"));
        QVERIFY(table.columnWidth(name) >= CellDelegate::widthOf(model.columns().at(name)));

        // When there is room again, then they come back; what was hidden on purpose does not
        table.resize(1500, 400);
        QTRY_VERIFY(isShown(table, model, "last_error") && isShown(table, model, "next_attempt"));
        QVERIFY(!isShown(table, model, "held"));
    }

    void whatTheOperatorAsksForStays()
    {
        JobModel model;
        RecordTable table(&model, QStringLiteral("test/recordTable"));
        table.resize(820, 400);
        table.show();
        QVERIFY(!isShown(table, model, "last_error"));
        QMenu menu;
        table.fillColumnsMenu(&menu);
        menu.actions().at(model.columnOf(QStringLiteral("last_error")))->trigger();
        QVERIFY(isShown(table, model, "last_error"));
        table.resize(800, 400);
        QVERIFY(isShown(table, model, "last_error"));
    }

private:
    static bool isShown(const RecordTable &table, const JobModel &model, const char *field)
    {
        return !table.isColumnHidden(model.columnOf(QLatin1String(field)));
    }
};

QTEST_MAIN(TestRecordTable)
#include "test_record_table.moc"
