#pragma once

#include <QString>

#include <array>
#include <cstdint>
#include <optional>

namespace signalbox {

/// An IP address as bytes. Qt's own type lives in Qt Network, which core must not see.
struct IpAddress
{
    bool isV4 = true;
    std::array<std::uint8_t, 16> bytes{}; ///< IPv4 uses the first four
};

/// Parses a literal: IPv4 in every form that resolvers take for an address (127.0.0.1, 127.1, 0x7f.1,
/// 2130706433) or IPv6 (with or without brackets, scope id dropped). None when it is a name.
std::optional<IpAddress> parseIpAddress(const QString &text);

/// The refused range an address lies in, e.g. "10.0.0.0/8", or empty when it is public (table of design §4;
/// IPv4 embedded in ::ffff:0:0/96 and 64:ff9b::/96 is judged by the address inside).
QString refusedRange(const IpAddress &address);

} // namespace signalbox
