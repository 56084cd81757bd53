#include "tests/chaos/chaos_verdict.h"

#include <algorithm>
#include <vector>

namespace signalbox {

namespace {

using Change = LeaseChange::Kind;
using End = ChaosRequest::End;

constexpr qint64 microsecondsPerMs = 1'000;
// A signal, a renewal and the trigger's clock are not read at the same moment.
constexpr qint64 slack = 500 * microsecondsPerMs;
// A connection that the worker closed, and the next one, may be noticed in either order by a busy receiver.
constexpr qint64 noticeTime = 100 * microsecondsPerMs;
// From SIGCONT until what was about to be sent has arrived, on a busy machine.
constexpr qint64 thawLimit = 2'000 * microsecondsPerMs;
constexpr int rescueLimit = 5;
constexpr qsizetype mostComplaints = 30;

class Judge
{
public:
    explicit Judge(const ChaosEvidence &evidence)
        : m_evidence(evidence)
    {
        for (const ChaosRequest &request : evidence.requests)
            m_requests[request.job].append(request);
    }

    ChaosVerdict judge()
    {
        for (const JobFate &job : m_evidence.jobs)
            judgeJob(job, m_requests.value(job.id));
        const qint64 missing = m_evidence.jobsExpected - m_evidence.jobs.size();
        if (missing != 0)
            complain(QStringLiteral("%1 jobs are missing").arg(missing));
        QList<QPair<QString, qint64>> figures;
        std::array<qint64, ChaosFault::kinds> faults{};
        for (const ChaosFault &fault : m_evidence.faults)
            ++faults[std::size_t(fault.kind)];
        for (int kind = 0; kind < ChaosFault::kinds; ++kind)
            figures.append({faultName(ChaosFault::Kind(kind)), faults[std::size_t(kind)]});
        figures.append({QStringLiteral("jobs"), m_evidence.jobs.size()});
        figures.append({QStringLiteral("requests at the receivers"), m_evidence.requests.size()});
        for (const char *name : order)
            figures.append({QLatin1String(name), m_count.value(QLatin1String(name))});
        judgeNeighbours(figures);
        return {figures, m_complaints};
    }

private:
    // Lines of the table after those above; the last ones must be zero.
    static constexpr const char *order[] = {"completed",
                                            "failed by their rules",
                                            "attempts on record",
                                            "leases taken",
                                            "leases lost to a fault",
                                            "overlapping requests, lease lost",
                                            "duplicates at the receiver, lease lost",
                                            "requests sent late by a thawed worker",
                                            "lost jobs",
                                            "completed without a 2xx",
                                            "attempts that do not count up",
                                            "requests without an attempt",
                                            "leases lost without a fault",
                                            "overlapping requests, unexplained",
                                            "duplicates at the receiver, unexplained"};

    /// Microseconds from a job's creation until it first arrived: the 95th of a hundred.
    qint64 p95(const QString &type) const
    {
        std::vector<qint64> times;
        for (const JobFate &job : m_evidence.jobs) {
            const auto found = m_requests.constFind(job.id);
            if (job.type == type && found != m_requests.cend())
                times.push_back(found->constFirst().arrivedAt - job.createdAt);
        }
        if (times.empty())
            return 0;
        const auto place = times.begin() + qsizetype(times.size() - 1) * 95 / 100;
        std::nth_element(times.begin(), place, times.end());
        return *place;
    }

    void judgeNeighbours(QList<QPair<QString, qint64>> &figures)
    {
        const qint64 alone = p95(typeAlone);
        const qint64 beside = p95(typeBeside);
        figures.append({QStringLiteral("healthy p95 alone, us"), alone});
        figures.append({QStringLiteral("healthy p95 beside hanging ones, us"), beside});
        if (m_evidence.neighbourLimit > 0 && double(beside) > m_evidence.neighbourLimit * double(alone))
            complain(QStringLiteral("healthy endpoints pay for hanging ones: p95 %1 times that alone")
                         .arg(double(beside) / double(qMax<qint64>(alone, 1)), 0, 'f', 2));
    }

    void complain(const QString &text)
    {
        if (m_complaints.size() < mostComplaints)
            m_complaints << text;
    }

    void count(const char *figure, qint64 by = 1) { m_count[QLatin1String(figure)] += by; }

    void wrong(const char *figure, const JobFate &job, const QString &more = {})
    {
        count(figure);
        complain(
            QStringLiteral("%1: job %2 of %3 (%4, %5 attempts, %6 rows)%7")
                .arg(QLatin1String(figure), job.id.toString(QUuid::WithoutBraces), job.endpoint, job.status)
                .arg(job.attempts)
                .arg(job.rows)
                .arg(more));
    }

    void judgeJob(const JobFate &job, QList<ChaosRequest> requests)
    {
        judgeEnd(job, requests);
        judgeLeases(job);
        count("attempts on record", job.rows);
        if (job.attempts != job.rows)
            wrong("attempts that do not count up", job);
        // A drain that runs out of time gives the job back as it was, attempts unchanged.
        const qint64 released = changes(job, Change::Released);
        if (requests.size() > job.rows + released)
            wrong("requests without an attempt", job, QStringLiteral(", %1 requests").arg(requests.size()));
        judgeOverlaps(job, requests);
        judgeDuplicates(job, requests);
    }

    void judgeEnd(const JobFate &job, const QList<ChaosRequest> &requests)
    {
        const bool answered = std::any_of(requests.begin(), requests.end(), [](const ChaosRequest &request) {
            return request.end == End::Success || request.end == End::HalfAnswer;
        });
        const bool mayFail = job.attempts >= job.maxAttempts || job.rescues >= rescueLimit;
        if (job.status == QLatin1String("completed")) {
            count("completed");
            if (!answered)
                wrong("completed without a 2xx", job);
        } else if (job.status == QLatin1String("failed") && mayFail) {
            count("failed by their rules");
        } else {
            wrong("lost jobs", job);
        }
    }

    static qint64 changes(const JobFate &job, Change kind)
    {
        return std::count_if(job.leases.begin(), job.leases.end(),
                             [kind](const LeaseChange &change) { return change.kind == kind; });
    }

    void judgeLeases(const JobFate &job)
    {
        count("leases taken", changes(job, Change::Claimed));
        for (const LeaseChange &change : job.leases) {
            if (change.kind != Change::Rescued)
                continue;
            if (isExplained(change))
                count("leases lost to a fault");
            else
                wrong("leases lost without a fault", job,
                      QStringLiteral(", of process %1, until %2, rescued %3 ms later")
                          .arg(change.process)
                          .arg(change.until)
                          .arg((change.at - change.until) / microsecondsPerMs));
        }
    }

    // Whether the holder was hindered during the lease that ran out.
    bool isExplained(const LeaseChange &lost) const
    {
        const qint64 from = lost.until - m_evidence.leaseMs * microsecondsPerMs - slack;
        return hindered(lost.process, from, lost.at);
    }

    bool hindered(qint64 process, qint64 from, qint64 until) const
    {
        return std::any_of(m_evidence.faults.begin(), m_evidence.faults.end(), [=](const ChaosFault &fault) {
            const bool reaches = fault.process == 0 || fault.process == process;
            return reaches && fault.kind != ChaosFault::Kind::ClockJump && fault.from <= until &&
                   fault.until + slack >= from;
        });
    }

    // Whether the lease under which `first` was sent was lost before `second` arrived.
    static bool leaseWasLost(const JobFate &job, const ChaosRequest &first, const ChaosRequest &second)
    {
        qint64 claimedAt = 0;
        for (const LeaseChange &change : job.leases) {
            if (change.kind == Change::Claimed && change.at <= first.arrivedAt)
                claimedAt = change.at;
        }
        return std::any_of(job.leases.begin(), job.leases.end(), [=](const LeaseChange &change) {
            return (change.kind == Change::Rescued || change.kind == Change::Released) &&
                   change.at >= claimedAt && change.at <= second.arrivedAt;
        });
    }

    // A worker that was frozen between looking at its lease and sending sends as it thaws, after the lease
    // was taken from it: no check of its own can prevent that.
    bool wasSentLate(const JobFate &job, const ChaosRequest &request) const
    {
        return std::any_of(job.leases.begin(), job.leases.end(), [&](const LeaseChange &change) {
            return change.kind == Change::Rescued && change.at <= request.arrivedAt &&
                   thawedBefore(change.process, change.at, request.arrivedAt);
        });
    }

    bool thawedBefore(qint64 process, qint64 lostAt, qint64 arrivedAt) const
    {
        return std::any_of(m_evidence.faults.begin(), m_evidence.faults.end(), [=](const ChaosFault &fault) {
            return fault.kind == ChaosFault::Kind::Freeze && fault.process == process &&
                   fault.from <= lostAt && lostAt <= fault.until + slack &&
                   arrivedAt >= fault.until - slack && arrivedAt <= fault.until + thawLimit;
        });
    }

    void judgeOverlaps(const JobFate &job, const QList<ChaosRequest> &requests)
    {
        for (qsizetype i = 1; i < requests.size(); ++i) {
            const ChaosRequest &first = requests[i - 1];
            const qint64 seenLate = first.end == End::Silence ? noticeTime : 0;
            const bool overlap =
                first.end == End::InFlight || first.endedAt - seenLate > requests[i].arrivedAt;
            if (!overlap)
                continue;
            if (leaseWasLost(job, first, requests[i]))
                count("overlapping requests, lease lost");
            else if (wasSentLate(job, requests[i]))
                count("requests sent late by a thawed worker");
            else
                wrong("overlapping requests, unexplained", job,
                      QStringLiteral(", at %1, the one before %2 for %3 ms more")
                          .arg(requests[i].arrivedAt)
                          .arg(first.end == End::InFlight ? QStringLiteral("never ended")
                                                          : QStringLiteral("lasted"))
                          .arg((first.endedAt - requests[i].arrivedAt) / microsecondsPerMs));
        }
    }

    void judgeDuplicates(const JobFate &job, const QList<ChaosRequest> &requests)
    {
        const ChaosRequest *last = nullptr;
        for (const ChaosRequest &request : requests) {
            if (request.end != End::Success)
                continue;
            if (last && leaseWasLost(job, *last, request))
                count("duplicates at the receiver, lease lost");
            else if (last && wasSentLate(job, request))
                count("requests sent late by a thawed worker");
            else if (last)
                wrong("duplicates at the receiver, unexplained", job,
                      QStringLiteral(", at %1").arg(request.arrivedAt));
            last = &request;
        }
    }

    const ChaosEvidence &m_evidence;
    QHash<QUuid, QList<ChaosRequest>> m_requests;
    QMap<QString, qint64> m_count;
    QStringList m_complaints;
};

} // namespace

ChaosVerdict judge(const ChaosEvidence &evidence)
{
    return Judge(evidence).judge();
}

} // namespace signalbox
