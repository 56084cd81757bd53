#pragma once

#include <QByteArray>

namespace signalbox {

/// A header as it goes onto the wire.
struct RawHeader
{
    QByteArray name;
    QByteArray value;
};

} // namespace signalbox
