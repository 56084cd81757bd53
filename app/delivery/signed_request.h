#pragma once

#include "app/core/clock.h"
#include "app/core/delivery.h"
#include "app/core/result.h"
#include "app/delivery/prepared_requests.h"

namespace signalbox {

/// The headers of one attempt, as sent, and as they may be stored.
struct SignedHeaders
{
    QList<RawHeader> sent;
    QList<HttpHeader> stored; ///< signatures and values that look like credentials masked
};

/// Signs the job's body at the clock's time by the endpoint's scheme and puts the headers together (design
/// §4). Errors (Refused) name the custom header or secret that cannot be used.
Result<SignedHeaders> signRequest(const ClaimedJob &job, const CustomHeaders &custom, const Clock &clock);

} // namespace signalbox
