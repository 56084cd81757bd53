#pragma once

#include "app/core/result.h"

#include <QCoreApplication>
#include <QObject>

#include <functional>

namespace signalbox {

/// Runs the application's event loop until an asynchronous call has replied. For commands only: they have no
/// window and nothing else to do. The loop must not be running yet.
template <typename T>
Result<T> waitFor(const std::function<void(QObject *context, const Reply<T> &reply)> &call)
{
    QObject context;
    Result<T> answer = fail(QStringLiteral("wait for an answer"), QStringLiteral("interrupted"));
    bool hasReplied = false;
    call(&context, [&](Result<T> result) {
        answer = std::move(result);
        hasReplied = true;
        QCoreApplication::exit(0);
    });
    if (!hasReplied)
        QCoreApplication::exec();
    return answer;
}

} // namespace signalbox
