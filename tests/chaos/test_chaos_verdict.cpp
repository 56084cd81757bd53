#include "tests/chaos/chaos_verdict.h"

#include <QTest>

using namespace signalbox;
using Change = LeaseChange::Kind;
using End = ChaosRequest::End;

namespace {

constexpr qint64 second = 1'000'000;
constexpr qint64 holder = 100; ///< the process that takes the first lease
constexpr qint64 other = 200;
const QUuid theJob = QUuid::createUuid();

/// One job, sent once, answered with 200 and completed, in the first second.
ChaosEvidence plainRun()
{
    ChaosEvidence evidence;
    evidence.jobsExpected = 1;
    evidence.leaseMs = 4'000;
    evidence.requests = {{theJob, second / 10, second / 5, End::Success}};
    evidence.jobs = {{theJob,
                      "ep_ok",
                      typeAlone,
                      "completed",
                      0,
                      1,
                      3,
                      0,
                      1,
                      {{Change::Claimed, 0, 4 * second, holder}, {Change::Recorded, second, 0, holder}}}};
    return evidence;
}

/// The holder is killed with its request in flight; the lease runs out, another worker sends once more.
ChaosEvidence killedRun()
{
    ChaosEvidence evidence = plainRun();
    evidence.faults = {{ChaosFault::Kind::Kill, second / 2, second / 2, holder}};
    evidence.requests.append({theJob, 6 * second, 7 * second, End::Success});
    evidence.jobs[0].attempts = 2;
    evidence.jobs[0].rows = 2;
    evidence.jobs[0].leases = {{Change::Claimed, 0, 4 * second, holder},
                               {Change::Rescued, 5 * second, 4 * second, holder},
                               {Change::Claimed, 5 * second + 1, 9 * second, other},
                               {Change::Recorded, 7 * second, 9 * second, other}};
    return evidence;
}

} // namespace

Q_DECLARE_METATYPE(signalbox::ChaosEvidence)

/// That the chaos test would notice: evidence made by hand, one thing wrong at a time.
class TestChaosVerdict : public QObject
{
    Q_OBJECT
private slots:
    void plainRunPasses();
    void killedRunPasses();
    void thawedWorkerMaySendLate();
    void hangingNeighboursMayNotDelay();
    void noticesWhatIsWrong_data();
    void noticesWhatIsWrong();
};

void TestChaosVerdict::plainRunPasses()
{
    QCOMPARE(judge(plainRun()).complaints, QStringList());
}

void TestChaosVerdict::killedRunPasses()
{
    const ChaosVerdict verdict = judge(killedRun());
    QCOMPARE(verdict.complaints, QStringList());
    QVERIFY(verdict.figures.contains({QStringLiteral("duplicates at the receiver, lease lost"), 1}));
}

void TestChaosVerdict::thawedWorkerMaySendLate()
{
    // Given a holder frozen before it sent, whose request comes after the other worker's
    ChaosEvidence evidence = killedRun();
    evidence.faults = {{ChaosFault::Kind::Freeze, second / 2, 8 * second, holder}};
    evidence.requests = {{theJob, 6 * second, 7 * second, End::Success},
                         {theJob, 8 * second + 1, 9 * second, End::Success}};
    QCOMPARE(judge(evidence).complaints, QStringList());

    // But not one that was not frozen
    evidence.faults[0].process = other;
    QVERIFY(!judge(evidence).complaints.isEmpty());
}

void TestChaosVerdict::noticesWhatIsWrong_data()
{
    QTest::addColumn<ChaosEvidence>("evidence");
    QTest::addColumn<QString>("complaint");
    const auto row = [](const char *complaint, ChaosEvidence evidence, auto change) {
        change(evidence);
        QTest::newRow(complaint) << evidence << QString::fromLatin1(complaint);
    };
    row("lost jobs", plainRun(), [](ChaosEvidence &run) { run.jobs[0].status = "pending"; });
    row("1 jobs are missing", plainRun(), [](ChaosEvidence &run) { run.jobsExpected = 2; });
    row("completed without a 2xx", plainRun(),
        [](ChaosEvidence &run) { run.requests[0].end = End::Refusal; });
    row("attempts that do not count up", plainRun(), [](ChaosEvidence &run) { run.jobs[0].rows = 2; });
    row("requests without an attempt", plainRun(),
        [](ChaosEvidence &run) { run.jobs[0].attempts = run.jobs[0].rows = 0; });
    row("duplicates at the receiver, unexplained", plainRun(), [](ChaosEvidence &run) {
        run.requests.append({theJob, second * 3 / 10, second * 4 / 10, End::Success});
    });
    row("overlapping requests, unexplained", plainRun(), [](ChaosEvidence &run) {
        run.requests.append({theJob, second * 3 / 20, second * 4 / 10, End::Silence});
    });
    row("leases lost without a fault", killedRun(), [](ChaosEvidence &run) { run.faults.clear(); });
}

void TestChaosVerdict::noticesWhatIsWrong()
{
    QFETCH(const ChaosEvidence, evidence);
    QFETCH(const QString, complaint);
    const QStringList complaints = judge(evidence).complaints;
    QVERIFY2(complaints.join('\n').contains(complaint), qPrintable(complaints.join('\n')));
}

void TestChaosVerdict::hangingNeighboursMayNotDelay()
{
    // Given a healthy job that arrived after 100 ms alone, and one beside hanging endpoints after 160 ms
    ChaosEvidence evidence = plainRun();
    JobFate beside = evidence.jobs.constFirst();
    beside.id = QUuid::createUuid();
    beside.type = typeBeside;
    evidence.jobs.append(beside);
    evidence.jobsExpected = 2;
    evidence.requests.append({beside.id, second * 16 / 100, second / 5, End::Success});
    QCOMPARE(judge(evidence).complaints, QStringList());

    // Then it is too late for a limit of 1.5, and in time for one of 1.7
    evidence.neighbourLimit = 1.5;
    QCOMPARE(judge(evidence).complaints.size(), 1);
    QVERIFY(judge(evidence).complaints.constFirst().contains(QStringLiteral("1.60 times")));
    evidence.neighbourLimit = 1.7;
    QCOMPARE(judge(evidence).complaints, QStringList());
}

QTEST_GUILESS_MAIN(TestChaosVerdict)
#include "test_chaos_verdict.moc"
