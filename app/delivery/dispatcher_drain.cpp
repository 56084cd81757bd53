#include "app/delivery/dispatcher.h"

// How a worker stops (design §4, Stop).

namespace signalbox {

namespace {

// After the drain limit, for the last records and the leases to reach the database.
constexpr int lastWordsMs = 3'000;

} // namespace

void Dispatcher::drain()
{
    if (m_state != State::Running)
        return;
    m_poll.stop();
    m_nextDue.stop();
    m_rescue.stop();
    setState(State::Draining);
    m_network.letGo();
    const QList<Lease> unsent = m_sends.removeAllWaiting();
    release(unsent);
    m_journal.drainBegan(m_running.size(), unsent.size(), m_options.drainMs);
    m_drain.start(m_options.drainMs);
    m_recorder.hurry();
    finishDrain();
}

void Dispatcher::abortRunning()
{
    QList<Lease> leases;
    for (Exchange *exchange : std::as_const(m_running)) {
        const ClaimedJob &job = exchange->job();
        leases.append({job.id, job.leaseToken});
        if (const Reply<AttemptRecord> reply = m_tests.take(job.id))
            reply(fail(QStringLiteral("send a test event"), QStringLiteral("the worker was stopped")));
        else
            m_sends.slotFreed(job, SlotEnd::Unsent);
        exchange->deleteLater();
        exchange->disconnect(this);
    }
    m_running.clear();
    if (!leases.isEmpty())
        m_journal.drainLimitReached(leases.size());
    release(leases);
    limitLastWords();
    finishDrain();
}

// A database that does not answer must not hold the program: what is unrecorded then stays so, and its leases
// run out.
void Dispatcher::limitLastWords()
{
    QTimer::singleShot(lastWordsMs, this, [this] {
        if (m_state == State::Draining)
            endDrain();
    });
}

void Dispatcher::finishDrain()
{
    if (m_state != State::Draining || m_signingOff || m_claiming || !m_running.isEmpty() ||
        m_network.kept() > 0 || m_recorder.pending() > 0)
        return;
    m_signingOff = true;
    m_drain.stop();
    m_heartbeat.stop();
    m_asleep = false;
    limitLastWords();
    m_queue.signOff(m_identity, this, [this](const Result<bool> &) {
        m_signingOff = false;
        if (m_state == State::Draining)
            endDrain();
    });
}

void Dispatcher::endDrain()
{
    m_journal.drainEnded(m_recorder.pending());
    setState(State::Stopped);
}

} // namespace signalbox
