#pragma once

#include "app/core/endpoint.h"
#include "app/core/result.h"

namespace signalbox {

/// Looks the host of a change's URL up before it is saved; what is wrong without a look-up is Refused first.
/// A name that does not resolve is a warning on stderr: it may where the worker runs (design §8). One that
/// resolves to a private address is Refused unless the endpoint allows them (design §4); the worker judges
/// again when it connects. Waits at most 3 s.
Done checkName(const EndpointChange &change, bool allowPrivateNetwork);

} // namespace signalbox
