#include "app/core/address_policy.h"
#include "app/core/endpoint.h"
#include "app/delivery/destination.h"
#include "tests/fuzz/fuzz_target.h"

// A URL that is accepted when it is saved can be sent to, at the address that was judged, with a Host header
// of one line.

namespace signalbox {

namespace {

void checkHost(const Destination &destination)
{
    always(!destination.hostHeader.isEmpty(), "Host is not empty");
    always(destination.literal.isNull() != destination.name.isEmpty(), "a host is an address or a name");
    for (const char character : destination.hostHeader)
        always(character > ' ' && character < 0x7f, "Host holds printable ASCII only");
}

void checkPinned(const Destination &destination)
{
    const QUrl &url = destination.url;
    const QHostAddress address(QStringLiteral("2001:4860:4860::8888"));
    const QUrl sent = pinned(destination, address);
    always(sent.isValid() && QHostAddress(sent.host()) == address, "the pinned URL goes to the address");
    always(sent.path(QUrl::FullyEncoded) == url.path(QUrl::FullyEncoded) &&
               sent.query(QUrl::FullyEncoded) == url.query(QUrl::FullyEncoded) && sent.port() == url.port() &&
               sent.scheme() == url.scheme(),
           "pinning changes the host only");
}

} // namespace

void fuzzOne(const QByteArray &input)
{
    const QString text = QString::fromUtf8(input);
    const Done saved = validateEndpointUrl(text);
    if (!saved && text.contains('@'))
        always(!saved.error().line().contains(text), "an error does not quote a URL: it may hold a password");

    const Result<Destination> destination = readDestination(text);
    always(!saved || destination, "a URL that can be saved can be sent to");
    if (!destination)
        return;
    checkHost(*destination);
    const bool isJudged = parseIpAddress(destination->url.host()).has_value();
    if (saved && isJudged && !destination->literal.isNull() && validateUrlAddress(text, false))
        always(checkAddresses({destination->literal}, false).has_value(),
               "saving and sending judge an address alike");
    if (saved)
        checkPinned(*destination);
}

} // namespace signalbox
