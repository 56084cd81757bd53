#include "app/core/delivery.h"

namespace signalbox {

QString outcomeName(Outcome outcome)
{
    switch (outcome) {
    case Outcome::NeverConnected:
        return QStringLiteral("never-connected");
    case Outcome::NoAnswer:
        return QStringLiteral("no-answer");
    case Outcome::Answered:
        return QStringLiteral("answered");
    }
    return {};
}

} // namespace signalbox
