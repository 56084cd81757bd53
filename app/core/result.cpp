#include "app/core/result.h"

namespace signalbox {

QString Error::line() const
{
    QString text = why.isEmpty() ? what : what + QStringLiteral(": ") + why;
    if (!hint.isEmpty())
        text += QStringLiteral(" (") + hint + QLatin1Char(')');
    return text.simplified();
}

} // namespace signalbox
