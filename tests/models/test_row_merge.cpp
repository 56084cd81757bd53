#include "app/core/page.h"
#include "models/row_merge.h"
#include "tests/models/scripted_page_source.h"

#include <QRandomGenerator>
#include <QTest>

using namespace signalbox;

namespace {

QList<QSqlRecord> rowsOf(const QString &keys, const QString &status = "pending")
{
    QList<QSqlRecord> rows;
    for (const QChar key : keys)
        rows << scriptedRow(key, key, status);
    return rows;
}

QString keysOf(const QList<QSqlRecord> &rows)
{
    QString keys;
    for (const QSqlRecord &row : rows)
        keys += rowKey(row);
    return keys;
}

// Counts what a merge announces.
struct Announced
{
    int inserts = 0, removes = 0, moves = 0;
    QStringList changes;

    RowMergeHooks hooks()
    {
        return {[this](int, int) { ++inserts; },
                [] {},
                [this](int, int) { ++removes; },
                [] {},
                [this](int, int) { ++moves; },
                [] {},
                [this](int first, int last) { changes << QString("%1-%2").arg(first).arg(last); }};
    }
};

} // namespace

class TestRowMerge : public QObject
{
    Q_OBJECT
private slots:
    void merges_data()
    {
        QTest::addColumn<QString>("rows");
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("length");
        QTest::addColumn<QString>("fresh");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QString>("announced"); // inserts, removes, moves
        QTest::newRow("nothing") << "abc" << 0 << 3 << "abc"
                                 << "abc"
                                 << "0 0 0";
        QTest::newRow("first rows") << "" << 0 << 0 << "abc"
                                    << "abc"
                                    << "1 0 0";
        QTest::newRow("new at the top") << "abc" << 0 << 3 << "xyabc"
                                        << "xyabc"
                                        << "1 0 0";
        QTest::newRow("new between") << "abc" << 0 << 3 << "axbyc"
                                     << "axbyc"
                                     << "2 0 0";
        QTest::newRow("gone") << "abcdef" << 0 << 6 << "adf"
                              << "adf"
                              << "0 2 0";
        QTest::newRow("all others") << "abc" << 0 << 3 << "xyz"
                                    << "xyz"
                                    << "1 1 0";
        QTest::newRow("moved up") << "abcd" << 0 << 4 << "dabc"
                                  << "dabc"
                                  << "0 0 1";
        QTest::newRow("moved down") << "abcd" << 0 << 4 << "bcda"
                                    << "bcda"
                                    << "0 0 3";
        QTest::newRow("part") << "abcdef" << 2 << 2 << "cxd"
                              << "abcxdef"
                              << "1 0 0";
        QTest::newRow("taken from above") << "abcdef" << 3 << 1 << "da"
                                          << "bcdaef"
                                          << "0 0 1";
        QTest::newRow("taken from directly above") << "abcd" << 2 << 1 << "bc"
                                                   << "abcd"
                                                   << "0 0 0";
        QTest::newRow("taken from below") << "abcdef" << 1 << 1 << "fb"
                                          << "afbcde"
                                          << "0 0 1";
        QTest::newRow("appended page repeats a row") << "abc" << 3 << 0 << "bxy"
                                                     << "acbxy"
                                                     << "1 0 1";
    }

    void merges()
    {
        QFETCH(QString, rows);
        QFETCH(int, first);
        QFETCH(int, length);
        QFETCH(QString, fresh);
        QFETCH(QString, expected);
        QFETCH(QString, announced);
        QList<QSqlRecord> list = rowsOf(rows);
        Announced count;
        mergeRows(list, first, length, rowsOf(fresh), count.hooks());
        QCOMPARE(keysOf(list), expected);
        QCOMPARE(QString("%1 %2 %3").arg(count.inserts).arg(count.removes).arg(count.moves), announced);
    }

    void announcesChangesInRuns()
    {
        QList<QSqlRecord> list = rowsOf("abcdef");
        QList<QSqlRecord> fresh = list;
        for (const int row : {1, 2, 4})
            fresh[row] = scriptedRow(rowKey(fresh.at(row)), "-", "failed");
        Announced count;
        mergeRows(list, 0, 6, fresh, count.hooks());
        QCOMPARE(count.changes, QStringList({"1-2", "4-4"}));
        QCOMPARE(list.at(4).value("status").toString(), QString("failed"));
    }

    void anyListBecomesAnyOther()
    {
        QRandomGenerator random(7);
        const QString letters = "abcdefghijklmnop";
        const auto shuffled = [&] {
            QString text;
            for (const QChar letter : letters) {
                if (random.bounded(2))
                    text.insert(random.bounded(int(text.size()) + 1), letter);
            }
            return text;
        };
        for (int round = 0; round < 500; ++round) {
            QList<QSqlRecord> list = rowsOf(shuffled());
            const QString target = shuffled();
            Announced count;
            mergeRows(list, 0, int(list.size()), rowsOf(target), count.hooks());
            QCOMPARE(keysOf(list), target);
        }
    }
};

QTEST_GUILESS_MAIN(TestRowMerge)
#include "test_row_merge.moc"
