#include "models/breaker_text.h"

#include "models/display_text.h"

#include <QCoreApplication>

namespace signalbox {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Breaker", text);
}

} // namespace

QString breakerText(const EndpointHealth &health, const QDateTime &now)
{
    const QString age =
        health.breakerSince ? durationText(health.breakerSince->msecsTo(now)) : tr("an unknown time");
    switch (health.breaker) {
    case Breaker::Closed:
        return {};
    case Breaker::Open:
        if (!health.nextProbe || *health.nextProbe <= now)
            return tr("Open for %1; the next job that is due goes as a probe.").arg(age);
        return tr("Open for %1; the next probe goes %2.").arg(age, relativeTime(*health.nextProbe, now));
    case Breaker::HalfOpen:
        return tr("One probe is out; if it succeeds, the others follow.");
    case Breaker::Held:
        break;
    }
    return tr("Held for %1; nothing goes out until it is closed by hand.").arg(age);
}

bool startsWithProbe(const EndpointHealth &health, const QDateTime &now)
{
    return health.breaker != Breaker::Held && health.failingSince &&
           health.failingSince->addDays(givenUpAfterDays) <= now;
}

} // namespace signalbox
