#pragma once

#include "app/core/endpoint.h"
#include "app/core/result.h"
#include "app/demo/demo_receivers.h"

#include <QList>

namespace signalbox {

class PgConnection;

/// A dozen endpoints, one for each kind of receiver an operator meets.
struct DemoEndpoint
{
    EndpointChange settings;
    Behaviour behaviour = Behaviour::Healthy;
    bool startsDisabled = false;
};

QList<DemoEndpoint> demoEndpoints(const QString &baseUrl);

/// Adds those that are missing and points the others at the receivers of this run. An endpoint that was
/// disabled, edited or removed by hand stays as it is otherwise. Returns true when the database held none of
/// them: a first run.
Result<bool> ensureDemoEndpoints(PgConnection &connection, const QString &baseUrl);

} // namespace signalbox
