#include "app/cli/name_check.h"

#include "app/cli/output.h"
#include "app/core/address_policy.h"

#include <QUrl>

#include <netdb.h>

#include <chrono>
#include <future>
#include <thread>

namespace signalbox {

namespace {

constexpr std::chrono::seconds patience(3);

} // namespace

void warnIfUnresolved(const QString &url)
{
    const QUrl parsed(url, QUrl::StrictMode);
    const QString host = parsed.host();
    if (parseIpAddress(host))
        return;
    // getaddrinfo cannot be interrupted and may take half a minute without a network: it is left behind on a
    // thread.
    std::promise<int> answer;
    std::future<int> answered = answer.get_future();
    std::thread([name = parsed.host(QUrl::FullyEncoded).toStdString(), answer = std::move(answer)]() mutable {
        addrinfo *addresses = nullptr;
        const int code = getaddrinfo(name.c_str(), nullptr, nullptr, &addresses);
        if (addresses)
            freeaddrinfo(addresses);
        answer.set_value(code);
    }).detach();
    if (answered.wait_for(patience) != std::future_status::ready)
        printMessage(QStringLiteral("URL: %1 did not resolve within 3 s; saved all the same").arg(host));
    else if (const int code = answered.get(); code != 0)
        printMessage(QStringLiteral("URL: %1 does not resolve (%2); saved all the same")
                         .arg(host, QString::fromLocal8Bit(gai_strerror(code))));
}

} // namespace signalbox
