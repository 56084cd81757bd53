#pragma once

#include <QNetworkReply>
#include <QString>

namespace signalbox {

/// What went wrong, in words, for an exchange that got no status line.
QString describeFailure(QNetworkReply::NetworkError error, const QString &errorText, bool sent);

/// "30 s", "1.5 s", "250 ms".
QString durationText(int ms);

} // namespace signalbox
