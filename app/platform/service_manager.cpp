#include "app/platform/service_manager.h"

#include <QByteArray>

#include <ctime>
#include <systemd/sd-daemon.h>

namespace signalbox::serviceManager {

namespace {

void notify(const QByteArray &message)
{
    sd_notify(0, message.constData());
}

// The protocol separates variables by line breaks.
QByteArray statusLine(const QString &text)
{
    return "\nSTATUS=" + text.simplified().toUtf8();
}

} // namespace

void ready(const QString &status)
{
    notify("READY=1" + statusLine(status));
}

void reloading()
{
    // systemd 253 and later (Type=notify-reload) want the moment beside it.
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const qint64 microseconds = qint64(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000;
    notify("RELOADING=1\nMONOTONIC_USEC=" + QByteArray::number(microseconds));
}

void stopping(qint64 limitMs, const QString &status)
{
    notify("STOPPING=1\nEXTEND_TIMEOUT_USEC=" + QByteArray::number(limitMs * 1'000) + statusLine(status));
}

void status(const QString &text)
{
    notify("STATUS=" + text.simplified().toUtf8());
}

void alive()
{
    notify("WATCHDOG=1");
}

std::optional<qint64> watchdogMs()
{
    uint64_t microseconds = 0;
    if (sd_watchdog_enabled(0, &microseconds) <= 0)
        return std::nullopt;
    return qint64(microseconds / 1'000);
}

} // namespace signalbox::serviceManager
