#pragma once

#include "app/core/result.h"

#include <QObject>
#include <QPointer>
#include <QThread>

#include <functional>
#include <memory>

namespace signalbox {

/// Makes a reply that may be called on any thread, and hands the result over on the thread of `context`,
/// unless that is gone by then. To be called on the thread of the context.
///
/// The carrier lives on that thread until the reply was handed over, so that the check whether the context
/// still exists happens where it is destroyed.
template <typename T> std::function<void(Result<T>)> carryTo(QObject *context, Reply<T> reply)
{
    // On its own thread it is deleted at once: a reply that is dropped with the event queue at the program's
    // end must not post to that queue.
    const std::shared_ptr<QObject> carrier(new QObject, [](QObject *object) {
        if (object->thread() == QThread::currentThread())
            delete object;
        else
            object->deleteLater();
    });
    const QPointer<QObject> guard(context);
    return [carrier, guard, reply = std::move(reply)](Result<T> result) {
        QMetaObject::invokeMethod(
            carrier.get(),
            [carrier, guard, reply, result = std::move(result)] {
                if (guard)
                    reply(result);
            },
            Qt::QueuedConnection);
    };
}

} // namespace signalbox
