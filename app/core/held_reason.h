#pragma once

#include <QCoreApplication>
#include <QString>

namespace signalbox {

/// Words for the codes of HeldReason, the same in tables and details. An unknown code is shown as it is.
inline QString heldText(const QString &code)
{
    const auto text = [](const char *words) { return QCoreApplication::translate("HeldReason", words); };
    if (code == QLatin1String("back-off"))
        return text("next try after a failure");
    if (code == QLatin1String("disabled"))
        return text("endpoint is disabled");
    if (code == QLatin1String("leased"))
        return text("being sent now");
    if (code == QLatin1String("foreign"))
        return text("taken by another program");
    if (code == QLatin1String("no-worker"))
        return text("no worker is running");
    if (code == QLatin1String("breaker"))
        return text("circuit breaker is open");
    if (code == QLatin1String("rate"))
        return text("rate limit");
    if (code == QLatin1String("retry-after"))
        return text("receiver asked to wait");
    if (code == QLatin1String("slot"))
        return text("no free slot");
    if (code == QLatin1String("order"))
        return text("its stream's earlier job");
    if (code == QLatin1String("scheduled"))
        return text("scheduled for later");
    return code;
}

} // namespace signalbox
