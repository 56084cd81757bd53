#include "ui/widgets/page_header.h"
#include "ui/widgets/top_bar.h"

#include <QLabel>
#include <QTest>

using namespace signalbox;

class TestTopBar : public QObject
{
    Q_OBJECT
private slots:
    void saysHowFarAReplicaIsBehind_data();
    void saysHowFarAReplicaIsBehind();
    void aPageSaysLessWhereThereIsNoRoom();
};

void TestTopBar::saysHowFarAReplicaIsBehind_data()
{
    QTest::addColumn<bool>("isReplica");
    QTest::addColumn<bool>("isStreaming");
    QTest::addColumn<qint64>("lagMs"); // -1: not known
    QTest::addColumn<QString>("text");
    QTest::newRow("no replica") << false << false << qint64(-1) << "Read-only";
    QTest::newRow("behind") << true << true << qint64(3'400) << "Replica, 3 s behind";
    QTest::newRow("far behind") << true << true << qint64(7'200'000) << "Replica, 2 h behind";
    QTest::newRow("up to date") << true << true << qint64(0) << "Replica, up to date";
    QTest::newRow("not known") << true << true << qint64(-1) << "Replica, lag unknown";
    QTest::newRow("no stream") << true << false << qint64(180'000)
                               << "Replica without its primary, 3 min old";
}

void TestTopBar::saysHowFarAReplicaIsBehind()
{
    QFETCH(bool, isReplica);
    QFETCH(bool, isStreaming);
    QFETCH(qint64, lagMs);
    QFETCH(QString, text);
    TopBar bar;
    std::optional<ReplicaState> replica;
    if (isReplica)
        replica = ReplicaState{lagMs < 0 ? std::nullopt : std::optional(lagMs), isStreaming};
    bar.setReadOnly(true, replica);
    QCOMPARE(bar.findChild<QLabel *>("readOnly")->text(), text);
}

void TestTopBar::aPageSaysLessWhereThereIsNoRoom()
{
    const QString whole = QStringLiteral("5 match · 14 endpoints · 5 failing · 2 disabled");
    PageHeader header(QStringLiteral("Endpoints"));
    header.setSubtitle(whole, QStringLiteral("a hint"));
    header.resize(1'000, header.height());
    header.show();
    const auto *subtitle = header.findChildren<QLabel *>().at(1);
    QTRY_COMPARE(subtitle->text(), whole);
    header.resize(300, header.height());
    QTRY_VERIFY(subtitle->text().startsWith(QStringLiteral("5 match")) && subtitle->text() != whole);
    QVERIFY(subtitle->fontMetrics().horizontalAdvance(subtitle->text()) <= subtitle->width());
    QVERIFY(!subtitle->text().endsWith(QStringLiteral("·")));
    QVERIFY(subtitle->toolTip().startsWith(whole));
    QCOMPARE(header.subtitle(), whole);
    header.resize(1'000, header.height());
    QTRY_COMPARE(subtitle->text(), whole);
}

QTEST_MAIN(TestTopBar)
#include "test_top_bar.moc"
