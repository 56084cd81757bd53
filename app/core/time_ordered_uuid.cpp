#include "app/core/time_ordered_uuid.h"

#include <QRandomGenerator>
#include <array>

namespace signalbox {

QUuid timeOrderedUuid(const QDateTime &moment)
{
    std::array<quint32, 4> words{};
    QRandomGenerator::global()->generate(words.begin(), words.end());
    const auto milliseconds = quint64(moment.toMSecsSinceEpoch());
    words[0] = quint32(milliseconds >> 16);
    words[1] = quint32((milliseconds & 0xffff) << 16) | 0x7000 | (words[1] & 0x0fff); // version 7
    words[2] = 0x80000000 | (words[2] & 0x3fffffff);                                  // variant of the RFC
    const auto byte = [&words](int index) {
        return uchar(words[size_t(index) / 4] >> (24 - 8 * (index % 4)));
    };
    return {words[0],         ushort(words[1] >> 16),
            ushort(words[1]), byte(8),
            byte(9),          byte(10),
            byte(11),         byte(12),
            byte(13),         byte(14),
            byte(15)};
}

} // namespace signalbox
