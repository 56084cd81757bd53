#include "app/core/sql_state.h"
#include "app/delivery/dispatcher.h"

// What a worker says of itself.

namespace signalbox {

namespace {

constexpr int statusEveryMs = 500;
// The first few by name.
constexpr qsizetype mostNamed = 5;

QString overloadText(const QStringList &endpoints)
{
    const QString who =
        endpoints.size() == 1
            ? QStringLiteral("1 endpoint answers 429, 502 or 504 and gets")
            : QStringLiteral("%1 endpoints answer 429, 502 or 504 and get").arg(endpoints.size());
    return QStringLiteral("%1 fewer requests at once: %2%3")
        .arg(who, endpoints.mid(0, mostNamed).join(QStringLiteral(", ")),
             endpoints.size() > mostNamed ? QStringLiteral(" …") : QString());
}

} // namespace

void Dispatcher::setState(State state)
{
    m_state = state;
    if (state == State::Stopped) {
        m_heartbeat.stop();
        m_status.stop();
    } else {
        m_status.start(statusEveryMs);
    }
    publishStatus();
}

QStringList Dispatcher::problems() const
{
    QStringList problems;
    if (m_databaseError)
        problems << m_databaseError->line();
    if (m_recorder.problem() && m_recorder.problem()->kind != Error::Kind::Unavailable)
        problems << QStringLiteral("nothing is sent: attempts cannot be recorded (waiting for it: %1): %2")
                        .arg(m_recorder.pending())
                        .arg(briefLine(*m_recorder.problem()));
    if (const ServerTroubles::Trouble *trouble = m_troubles.longest())
        problems << briefLine(trouble->error);
    if (m_network.isTrouble())
        problems << QStringLiteral("%1; no jobs are taken, and no attempts used up, until it is over")
                        .arg(m_network.problem());
    if (!m_fanOutProblem.isEmpty())
        problems << m_fanOutProblem;
    return problems;
}

QStringList Dispatcher::remarks() const
{
    const QStringList overloaded = m_sends.overloaded();
    return overloaded.isEmpty() ? QStringList() : QStringList{overloadText(overloaded)};
}

void Dispatcher::publishStatus()
{
    WorkerStatus status;
    status.state = m_state;
    status.inFlight = int(m_running.size());
    status.problems = problems();
    status.remarks = remarks();
    status.unrecorded = m_recorder.pending();
    m_meter.writeTo(status);
    emit statusChanged(status);

    WorkerReport report;
    report.inFlight = status.inFlight;
    report.isDraining = m_state == State::Draining;
    if (m_databaseError)
        report.databaseAwayMs = m_awaySince.elapsed();
    if (m_network.isTrouble()) {
        report.ownTroubleMs = m_network.troubleMs();
        report.ownTrouble = m_network.problem();
    }
    report.overloadedEndpoints = int(m_sends.overloaded().size());
    report.fanOutProblem = m_fanOutProblem;
    report.unrecorded = status.unrecorded;
    if (m_recorder.problem())
        report.recording = WorkerTrouble{briefLine(*m_recorder.problem()), m_recorder.problemMs()};
    if (const ServerTroubles::Trouble *trouble = m_troubles.longest())
        report.statement = WorkerTrouble{briefLine(trouble->error), trouble->since.elapsed()};
    m_meter.writeTo(report);
    emit reported(report);
}

} // namespace signalbox
