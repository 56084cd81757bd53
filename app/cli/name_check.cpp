#include "app/cli/name_check.h"

#include "app/cli/output.h"
#include "app/core/address_policy.h"

#include <QStringList>
#include <QUrl>

#include <netdb.h>
#include <sys/socket.h>

#include <chrono>
#include <future>
#include <thread>

namespace signalbox {

namespace {

constexpr std::chrono::seconds patience(3);

struct Lookup
{
    int code = 0; ///< of getaddrinfo
    QStringList addresses;
};

Lookup lookUp(const std::string &name)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo *found = nullptr;
    Lookup lookup;
    lookup.code = getaddrinfo(name.c_str(), nullptr, &hints, &found);
    for (const addrinfo *entry = found; entry; entry = entry->ai_next) {
        char text[NI_MAXHOST] = {};
        if (getnameinfo(entry->ai_addr, entry->ai_addrlen, text, sizeof(text), nullptr, 0, NI_NUMERICHOST) ==
            0)
            lookup.addresses << QString::fromLatin1(text);
    }
    if (found)
        freeaddrinfo(found);
    return lookup;
}

} // namespace

Done checkName(const EndpointChange &change, bool allowPrivateNetwork)
{
    if (Done valid = validateEndpointChange(change, allowPrivateNetwork); !valid)
        return valid;
    const QUrl parsed(change.url.value_or(QString()), QUrl::StrictMode);
    const QString host = parsed.host();
    if (host.isEmpty() || parseIpAddress(host))
        return {};
    // getaddrinfo cannot be interrupted and may take half a minute without a network: it is left behind on a
    // thread.
    std::promise<Lookup> answer;
    std::future<Lookup> answered = answer.get_future();
    std::thread([name = parsed.host(QUrl::FullyEncoded).toStdString(), answer = std::move(answer)]() mutable {
        answer.set_value(lookUp(name));
    }).detach();
    if (answered.wait_for(patience) != std::future_status::ready) {
        printMessage(QStringLiteral("URL: %1 did not resolve within 3 s").arg(host));
        return {};
    }
    const Lookup found = answered.get();
    if (found.code != 0) {
        printMessage(QStringLiteral("URL: %1 does not resolve (%2)")
                         .arg(host, QString::fromLocal8Bit(gai_strerror(found.code))));
        return {};
    }
    for (const QString &address : found.addresses) {
        const std::optional<IpAddress> parsedAddress = parseIpAddress(address);
        const QString range = parsedAddress ? refusedRange(*parsedAddress) : QString();
        if (!range.isEmpty() && !allowPrivateNetwork) {
            return fail(
                Error::Kind::Refused, QStringLiteral("URL"),
                QStringLiteral("%1 resolves to %2 in %3, which is not public").arg(host, address, range),
                QStringLiteral("allow private networks for this endpoint"));
        }
    }
    return {};
}

} // namespace signalbox
