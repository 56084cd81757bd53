#pragma once

#include <QMutex>

namespace signalbox {

/// The socket of a session, held beside it so that another thread can end a wait for a server that does not
/// answer: the one thing that may be done to a connection from outside its thread. Any thread.
class SessionSocket
{
public:
    SessionSocket() = default;
    ~SessionSocket();
    SessionSocket(const SessionSocket &) = delete;
    SessionSocket &operator=(const SessionSocket &) = delete;

    /// Keeps a duplicate of the descriptor, so that its number cannot mean another file by the time of a cut;
    /// -1 for none.
    void hold(int descriptor);
    /// Ends the connection under whoever waits on it.
    void cut();

private:
    QMutex m_mutex;
    int m_descriptor = -1;
};

} // namespace signalbox
