#pragma once

#include <QString>

#include <curl/curl.h>

namespace signalbox {

/// Why nothing was sent, in words. `systemError` is errno of the last connect, `proxyStatus` what the proxy
/// answered to the request for a tunnel; 0 without.
QString describeNoConnection(CURLcode code, const QString &errorText, int systemError, bool hasProxy,
                             int proxyStatus);

/// Why a request that left got no status line, in words.
QString describeNoAnswer(CURLcode code, const QString &errorText);

/// "30 s", "1.5 s", "250 ms".
QString durationText(int ms);

} // namespace signalbox
