#pragma once

#include "app/core/result.h"

#include <QHostAddress>
#include <QList>
#include <QObject>

namespace signalbox {

/// Turns a host name into addresses; a seam, because what a name resolves to decides whether it may be sent
/// to.
class Resolver
{
public:
    virtual ~Resolver() = default;
    /// Replies on the calling thread, later. An empty list is a failure.
    virtual void resolve(const QString &name, QObject *context, Reply<QList<QHostAddress>> reply) = 0;
};

} // namespace signalbox
