#pragma once

#include "app/core/result.h"

#include <QObject>

#include <functional>
#include <memory>
#include <mutex>

namespace signalbox {

/// An object as seen from other threads: what is posted to it arrives on its own thread, or nowhere once it
/// is gone.
class ReturnAddress
{
public:
    /// To be called on the thread of the object.
    static std::shared_ptr<ReturnAddress> of(QObject *object)
    {
        const std::shared_ptr<ReturnAddress> address(new ReturnAddress(object));
        address->m_connection =
            QObject::connect(object, &QObject::destroyed, [weak = std::weak_ptr(address)] {
                if (const auto left = weak.lock())
                    left->clear();
            });
        return address;
    }
    ~ReturnAddress() { QObject::disconnect(m_connection); }
    ReturnAddress(const ReturnAddress &) = delete;
    ReturnAddress &operator=(const ReturnAddress &) = delete;

    /// Any thread. The object cannot go away while it is posted to: its destructor waits for the lock.
    template <typename Call> void post(Call call)
    {
        const std::lock_guard lock(m_mutex);
        if (m_object)
            QMetaObject::invokeMethod(m_object, std::move(call), Qt::QueuedConnection);
    }

private:
    explicit ReturnAddress(QObject *object)
        : m_object(object)
    {
    }
    void clear()
    {
        const std::lock_guard lock(m_mutex);
        m_object = nullptr;
    }

    std::mutex m_mutex;
    QObject *m_object;
    QMetaObject::Connection m_connection;
};

/// Makes a reply that may be called on any thread, and hands the result over on the thread of `context`,
/// unless that is gone by then. To be called on the thread of the context.
template <typename T> std::function<void(Result<T>)> carryTo(QObject *context, Reply<T> reply)
{
    return [address = ReturnAddress::of(context), reply = std::move(reply)](Result<T> result) {
        address->post([reply, result = std::move(result)] { reply(result); });
    };
}

} // namespace signalbox
