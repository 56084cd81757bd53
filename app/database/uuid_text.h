#pragma once

#include <QString>
#include <QUuid>

namespace signalbox {

/// As PostgreSQL writes a uuid: without braces.
inline QString uuidText(const QUuid &id)
{
    return id.toString(QUuid::WithoutBraces);
}

} // namespace signalbox
