#pragma once

#include "app/core/result.h"

#include <QObject>
#include <QThread>

#include <memory>

namespace signalbox {

class ReceiverServer;

/// How a sample endpoint answers. The path of its URL names it: "/flaky/crm" answers as Flaky.
enum class Behaviour { Healthy, Slow, Flaky, Failing, Silent, Dropping, Gone, Redirecting, Limiting };

QString behaviourPath(Behaviour behaviour);

/// A small HTTP server on the loopback address, on a thread of its own, that plays all kinds of receivers. A
/// teaching peer, not a web server: it reads one request after the other and answers by its path.
class DemoReceivers
{
public:
    DemoReceivers();
    ~DemoReceivers();

    /// Listens on the usual port, or on a free one where that is taken. Returns the base URL.
    Result<QString> start();

private:
    QThread m_thread;
    ReceiverServer *m_server; ///< lives on m_thread
};

} // namespace signalbox
