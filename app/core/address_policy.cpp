#include "app/core/address_policy.h"

#include <arpa/inet.h>

#include <QList>
#include <QStringList>

#include <cstring>

namespace signalbox {

namespace {

struct Range
{
    QString text;
    IpAddress first;
    int prefix = 0;
};

QList<Range> makeRanges(const QStringList &texts)
{
    QList<Range> ranges;
    for (const QString &text : texts) {
        const qsizetype slash = text.indexOf('/');
        ranges << Range{text, *parseIpAddress(text.left(slash)), text.mid(slash + 1).toInt()};
    }
    return ranges;
}

// Design §4, "Addresses".
const QList<Range> &refusedRanges()
{
    static const QList<Range> ranges = makeRanges(
        // Inside ::/8, but named by its own range.
        {"64:ff9b:1::/48", "0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",
         "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24",
         "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
         "240.0.0.0/4",    "::/8",          "100::/64",        "2001::/23",      "2001:db8::/32",
         "2002::/16",      "3fff::/20",     "5f00::/16",       "fc00::/7",       "fe80::/10",
         "fec0::/10",      "ff00::/8"});
    return ranges;
}

bool contains(const Range &range, const IpAddress &address)
{
    if (range.first.isV4 != address.isV4)
        return false;
    for (int bit = 0; bit < range.prefix; bit += 8) {
        const int bits = qMin(8, range.prefix - bit);
        const int mask = (0xff << (8 - bits)) & 0xff;
        const std::size_t index = std::size_t(bit) / 8;
        if ((range.first.bytes[index] & mask) != (address.bytes[index] & mask))
            return false;
    }
    return true;
}

// ::ffff:0:0/96 and 64:ff9b::/96 reach the IPv4 address in their last four bytes.
std::optional<IpAddress> embeddedV4(const IpAddress &address)
{
    static const QList<Range> carriers = makeRanges({"::ffff:0:0/96", "64:ff9b::/96"});
    for (const Range &carrier : carriers) {
        if (contains(carrier, address)) {
            IpAddress inner;
            std::memcpy(inner.bytes.data(), address.bytes.data() + 12, 4);
            return inner;
        }
    }
    return std::nullopt;
}

std::optional<IpAddress> parseV6(const QString &text)
{
    IpAddress address;
    address.isV4 = false;
    const QByteArray bare = text.left(text.indexOf('%')).toLatin1();
    if (inet_pton(AF_INET6, bare.constData(), address.bytes.data()) != 1)
        return std::nullopt;
    return address;
}

// inet_aton itself, because resolvers use it: 127.1, 0x7f.1, 0177.0.0.1 and 2130706433 are addresses to them,
// not names.
std::optional<IpAddress> parseV4(QString text)
{
    if (text.endsWith('.'))
        text.chop(1);
    for (const QChar character : text) {
        if (character.isSpace() || character.unicode() > 0x7e)
            return std::nullopt;
    }
    in_addr parsed{};
    if (text.isEmpty() || inet_aton(text.toLatin1().constData(), &parsed) == 0)
        return std::nullopt;
    IpAddress address;
    std::memcpy(address.bytes.data(), &parsed.s_addr, 4);
    return address;
}

} // namespace

std::optional<IpAddress> parseIpAddress(const QString &text)
{
    // The C functions below would read only what comes before a NUL.
    if (text.contains(QChar(0)))
        return std::nullopt;
    if (text.startsWith('[') && text.endsWith(']'))
        return parseV6(text.mid(1, text.size() - 2));
    return text.contains(':') ? parseV6(text) : parseV4(text);
}

QString refusedRange(const IpAddress &address)
{
    if (!address.isV4) {
        if (const std::optional<IpAddress> inner = embeddedV4(address))
            return refusedRange(*inner);
    }
    for (const Range &range : refusedRanges()) {
        if (contains(range, address))
            return range.text;
    }
    return {};
}

} // namespace signalbox
