#include "app/core/sql_state.h"
#include "app/delivery/dispatcher.h"

// What a worker does, and says, when the database is lost or answers with errors (design §4).

namespace signalbox {

// The server is there and refuses: that is another matter than a lost one.
void Dispatcher::databaseFailed(const QString &act, const Error &error)
{
    if (error.kind == Error::Kind::Unavailable) {
        databaseLost(error);
        return;
    }
    m_meter.statementFailed();
    if (m_troubles.add(act, error))
        m_journal.statementFailed(error);
    finishDrain();
}

void Dispatcher::databasePassed(const QString &act)
{
    if (m_troubles.end(act))
        m_journal.statementPassed(act);
}

void Dispatcher::databaseLost(const Error &error)
{
    if (!m_databaseError) {
        m_awaySince.start();
        if (m_journal.databaseLost(error))
            m_meter.databaseLost();
    }
    m_databaseError = error;
    finishDrain();
}

void Dispatcher::databaseAnswered()
{
    if (!m_databaseError)
        return;
    m_databaseError.reset();
    m_awaySince.invalidate();
    m_journal.databaseBack();
    m_recorder.retryNow();
    beat();
}

// Nothing more is sent: its outcome could not be recorded either. What was claimed goes back to others,
// unless there is no way to say so; then it waits, its leases renewed.
void Dispatcher::recordingFailed(const Error &error)
{
    m_isRecordingStuck = true;
    m_meter.recordFailed();
    if (error.kind == Error::Kind::Unavailable)
        return databaseLost(error);
    m_journal.recordingFailed(error, m_recorder.pending());
    release(m_sends.removeAllWaiting());
    finishDrain();
}

void Dispatcher::recordingPassed(const RecordResult &result)
{
    if (std::exchange(m_isRecordingStuck, false))
        m_due = true;
    m_journal.recordingBack();
    m_meter.recordsRefused(result.refused.size());
    for (const RefusedRecord &refused : result.refused)
        m_journal.recordRefused(refused);
}

// Until-idle only: what does not pass by itself must not keep a script waiting.
void Dispatcher::giveUpIfHopeless()
{
    if (!m_options.untilIdle || m_state != State::Running)
        return;
    const ServerTroubles::Trouble *trouble = m_troubles.longest();
    if (m_databaseError && m_awaySince.hasExpired(m_options.giveUpMs))
        emit gaveUp(*m_databaseError);
    else if (m_network.isTrouble() && m_network.troubleMs() > m_options.giveUpMs)
        emit gaveUp(fail(Error::Kind::Unavailable, QStringLiteral("deliver"), m_network.problem()).value());
    else if (m_recorder.problem() && m_recorder.problemMs() > m_options.giveUpMs)
        emit gaveUp(*m_recorder.problem());
    else if (trouble && trouble->since.hasExpired(m_options.giveUpMs))
        emit gaveUp(trouble->error);
}

} // namespace signalbox
