#include "app/core/address_policy.h"
#include "tests/fuzz/fuzz_target.h"

#include <QHostAddress>

#include <algorithm>
#include <arpa/inet.h>

// An address is judged the same in whatever form it is written, and in IPv6 clothes.

namespace signalbox {

namespace {

IpAddress carried(const IpAddress &v4, std::initializer_list<int> prefix)
{
    IpAddress address;
    address.isV4 = false;
    std::transform(prefix.begin(), prefix.end(), address.bytes.begin(),
                   [](int byte) { return std::uint8_t(byte); });
    std::copy_n(v4.bytes.begin(), 4, address.bytes.begin() + 12);
    return address;
}

QHostAddress asQt(const IpAddress &address)
{
    if (!address.isV4)
        return QHostAddress(address.bytes.data());
    return QHostAddress(quint32(address.bytes[0]) << 24 | quint32(address.bytes[1]) << 16 |
                        quint32(address.bytes[2]) << 8 | quint32(address.bytes[3]));
}

void checkForms(const IpAddress &address)
{
    const QString range = refusedRange(address);
    const std::optional<IpAddress> again = parseIpAddress(asQt(address).toString());
    always(again && refusedRange(*again) == range, "the usual form is judged alike");
    if (address.isV4) {
        const auto mapped = carried(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff});
        const auto translated = carried(address, {0, 0x64, 0xff, 0x9b});
        always(refusedRange(mapped) == range, "::ffff:0:0/96 is judged by the address inside");
        always(refusedRange(translated) == range, "64:ff9b::/96 is judged by the address inside");
    }
    const QHostAddress qt = asQt(address);
    const bool isLocal = qt.isLoopback() || qt.isMulticast() || qt.isLinkLocal() || qt.isSiteLocal() ||
                         qt.isUniqueLocalUnicast();
    if (isLocal)
        always(!range.isEmpty(), "what Qt knows as local is refused");
}

bool systemTakes(const QByteArray &text)
{
    in6_addr v6{};
    in_addr v4{};
    return inet_pton(AF_INET6, text.constData(), &v6) == 1 || inet_aton(text.constData(), &v4) != 0;
}

void checkText(const QString &text)
{
    const std::optional<IpAddress> address = parseIpAddress(text);
    if (text.contains(QChar(0))) {
        always(!address, "an address holds no NUL");
        return;
    }
    // A literal that the system would connect to without asking a name server must be known as one. Qt takes
    // more (signs, 0b1, 0x1::, nine groups); we take that for names, and what a resolver makes of it is
    // judged.
    const bool isPlain = std::none_of(text.begin(), text.end(), [](QChar each) { return each.isSpace(); });
    if (isPlain && systemTakes(text.toUtf8()))
        always(address.has_value(), "what the system takes for an address is one");
    QHostAddress qt;
    if (isPlain)
        qt.setAddress(text);
    if (!address)
        return;
    if (!qt.isNull() && qt.protocol() == QAbstractSocket::IPv4Protocol && address->isV4)
        always(asQt(*address) == qt, "both read the same IPv4 address");
    checkForms(*address);
}

} // namespace

void fuzzOne(const QByteArray &input)
{
    checkText(QString::fromUtf8(input));
    if (input.size() != 4 && input.size() != 16)
        return;
    IpAddress address;
    address.isV4 = input.size() == 4;
    std::copy_n(input.begin(), input.size(), address.bytes.begin());
    checkForms(address);
}

} // namespace signalbox
