#pragma once

#include "app/core/endpoint.h"

#include <QList>

namespace signalbox {

/// The settings of an endpoint that an EndpointChange may hold, secrets and keys apart.
enum class EndpointField {
    Url,
    Description,
    EventFilter,
    CustomHeaders,
    Timeout,
    Retries,
    RetrySchedule,
    PrivateNetwork,
    RequestsAtOnce,
    RateLimit,
    Burst,
    Ordered,
    DiscardWhileDisabled,
    SignatureScheme,
    SignatureHeader,
    CaCertificates,
    ClientCertificate
};

/// The settings that `change` holds although somebody else gave them another value since `change.basedOn`.
/// What both set to the same value is no conflict. None without basedOn.
QList<EndpointField> conflictsOf(const EndpointChange &change, const Endpoint &stored);

/// Leaves a setting as it is stored.
void leaveOut(EndpointChange &change, EndpointField field);

/// The endpoint as it would be with the change made.
Endpoint withChange(Endpoint endpoint, const EndpointChange &change);

} // namespace signalbox
