#pragma once

#include "app/core/delivery.h"

#include <QString>

#include <curl/curl.h>

namespace signalbox {

/// Why no connection came about, as libcurl tells it.
struct ConnectFailure
{
    CURLcode code = CURLE_OK;
    QString text;
    int systemError = 0; ///< errno of the last socket or connect; 0 without
    bool hasProxy = false;
    int proxyStatus = 0; ///< what the proxy answered to the request for a tunnel; 0 without
};

/// In words.
QString describe(const ConnectFailure &failure);
/// Whose it is (design §4, Own trouble): the proxy and the routes are this machine's, a refusal is the
/// receiver's.
Fault faultOf(const ConnectFailure &failure);

/// Why a request that left got no status line, in words.
QString describeNoAnswer(CURLcode code, const QString &errorText);

/// "30 s", "1.5 s", "250 ms".
QString durationText(int ms);

} // namespace signalbox
