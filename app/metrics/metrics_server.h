#pragma once

#include "app/core/result.h"
#include "app/metrics/metrics_store.h"

#include <memory>

namespace signalbox {

/// Where metrics are served: a numeric address and a port.
struct MetricsAddress
{
    QString host;     ///< IPv6 without brackets
    quint16 port = 0; ///< 0: any that is free

    QString text() const; ///< host:port, IPv6 in brackets
};

/// Reads "127.0.0.1:9464" or "[::1]:9464". Errors: Usage.
Result<MetricsAddress> metricsAddressFromText(const QString &text);

/// Serves GET /metrics and /healthz over plain HTTP, on a thread of its own that reads nothing but the store,
/// for as long as it lives. A client has five seconds for the whole of its request, and those that take them
/// all keep nobody else waiting. prometheus-cpp makes the text; its own Exposer is not used, because it
/// serves nothing but metrics and the library below it is built without IPv6 in Debian.
class MetricsServer
{
public:
    /// The store must outlive the server. Errors: Failed when the address cannot be listened on.
    static Result<std::unique_ptr<MetricsServer>> listen(const MetricsAddress &address,
                                                         const MetricsStore &store);
    ~MetricsServer();
    MetricsServer(const MetricsServer &) = delete;
    MetricsServer &operator=(const MetricsServer &) = delete;

    /// As asked for, with the port that was chosen.
    const MetricsAddress &address() const { return m_address; }

private:
    struct Parts;
    MetricsServer(MetricsAddress address, std::unique_ptr<Parts> parts);

    MetricsAddress m_address;
    std::unique_ptr<Parts> m_parts;
};

} // namespace signalbox
