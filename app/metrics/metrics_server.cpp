#include "app/metrics/metrics_server.h"

#include "app/metrics/metric_families.h"

#include <algorithm>
#include <atomic>
#include <httplib.h>
#include <optional>
#include <prometheus/text_serializer.h>
#include <sys/socket.h>
#include <thread>

namespace signalbox {

namespace {

// Scrapes are rare and quick; a client that stalls holds one thread for as long as it may stay silent.
constexpr std::size_t threads = 3;
constexpr int silenceSeconds = 2;
constexpr std::size_t largestBody = 1'024;

// Without the library's default SO_REUSEPORT: two workers on one port would answer for each other.
void reuseAddressOnly(int socket)
{
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

void answerHealth(const MetricsStore &store, httplib::Response &response)
{
    const auto problem = store.problem();
    response.status = problem ? 503 : 200;
    response.set_content(problem ? problem->toStdString() + '\n' : "ok\n", "text/plain; charset=utf-8");
}

void answerMetrics(const MetricsStore &store, httplib::Response &response)
{
    const prometheus::TextSerializer serializer;
    response.set_content(serializer.Serialize(metricFamilies(store.snapshot())),
                         "text/plain; version=0.0.4; charset=utf-8");
}

tl::unexpected<Error> wrongAddress(const QString &text)
{
    return fail(Error::Kind::Usage, QStringLiteral("metrics address"),
                QStringLiteral("takes ADDRESS:PORT, not \"%1\"").arg(text),
                QStringLiteral("for example 127.0.0.1:9464 or [::1]:9464"));
}

bool hasOnly(const QString &text, const char *characters)
{
    return !text.isEmpty() && std::all_of(text.cbegin(), text.cend(), [characters](QChar character) {
        return QLatin1String(characters).contains(character);
    });
}

} // namespace

QString MetricsAddress::text() const
{
    return (host.contains(':') ? '[' + host + ']' : host) + ':' + QString::number(port);
}

Result<MetricsAddress> metricsAddressFromText(const QString &text)
{
    const qsizetype colon = text.lastIndexOf(':');
    MetricsAddress address;
    bool isNumber = false;
    const uint port = text.mid(colon + 1).toUInt(&isNumber);
    address.port = quint16(port);
    QString host = text.left(qMax<qsizetype>(0, colon));
    const bool isBracketed = host.startsWith('[') && host.endsWith(']');
    if (isBracketed)
        host = host.mid(1, host.size() - 2);
    // Numbers only: a name would be looked up, and could lead anywhere.
    const bool isAddress = isBracketed ? hasOnly(host, "0123456789abcdefABCDEF:.") && host.contains(':')
                                       : hasOnly(host, "0123456789.");
    if (!isNumber || port > 65'535 || !isAddress || !hasOnly(text.mid(colon + 1), "0123456789"))
        return wrongAddress(text);
    address.host = host;
    return address;
}

/// The library's server and the thread its loop runs on.
struct MetricsServer::Parts
{
    explicit Parts(const MetricsStore &store)
    {
        server.Get("/metrics", [&store](const httplib::Request &, httplib::Response &response) {
            answerMetrics(store, response);
        });
        server.Get("/healthz", [&store](const httplib::Request &, httplib::Response &response) {
            answerHealth(store, response);
        });
        server.new_task_queue = [] { return new httplib::ThreadPool(threads); };
        server.set_socket_options(reuseAddressOnly);
        server.set_read_timeout(silenceSeconds);
        server.set_write_timeout(silenceSeconds);
        server.set_keep_alive_max_count(1);
        server.set_payload_max_length(largestBody);
        server.set_default_headers({{"Cache-Control", "no-store"}});
    }
    ~Parts()
    {
        if (!thread.joinable())
            return;
        // A loop that has not begun yet would not hear the stop.
        while (!server.is_running() && !hasEnded)
            std::this_thread::yield();
        server.stop();
        thread.join();
    }
    Parts(const Parts &) = delete;
    Parts &operator=(const Parts &) = delete;

    /// The port, none when the address cannot be had.
    std::optional<quint16> bind(const MetricsAddress &address)
    {
        const std::string host = address.host.toStdString();
        if (address.port != 0)
            return server.bind_to_port(host, address.port) ? std::optional(address.port) : std::nullopt;
        const int port = server.bind_to_any_port(host);
        return port > 0 ? std::optional(quint16(port)) : std::nullopt;
    }
    void serve()
    {
        thread = std::thread([this] {
            server.listen_after_bind();
            hasEnded = true;
        });
    }

    httplib::Server server;
    std::atomic<bool> hasEnded{false};
    std::thread thread;
};

MetricsServer::MetricsServer(MetricsAddress address, std::unique_ptr<Parts> parts)
    : m_address(std::move(address))
    , m_parts(std::move(parts))
{
}

MetricsServer::~MetricsServer() = default;

Result<std::unique_ptr<MetricsServer>> MetricsServer::listen(const MetricsAddress &address,
                                                             const MetricsStore &store)
{
    auto parts = std::make_unique<Parts>(store);
    const std::optional<quint16> port = parts->bind(address);
    if (!port)
        return fail(QStringLiteral("serve metrics"),
                    QStringLiteral("cannot listen on %1").arg(address.text()),
                    QStringLiteral("the port may be taken, or the address not be of this machine"));
    parts->serve();
    return std::unique_ptr<MetricsServer>(new MetricsServer({address.host, *port}, std::move(parts)));
}

} // namespace signalbox
