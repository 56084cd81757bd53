#pragma once

#include "app/core/result.h"

#include <QHostAddress>
#include <QList>
#include <QUrl>

namespace signalbox {

/// Where a job goes, read from its URL.
struct Destination
{
    QUrl url;
    QHostAddress literal;  ///< when the host is an address, else null
    QByteArray hostHeader; ///< name, and port where it is not the scheme's own
    QString name;          ///< ASCII form, to be resolved and verified; empty when the host is an address

    bool usesTls() const { return url.scheme() == QLatin1String("https"); }
};

/// http or https, a host, no user info. Errors: Refused.
Result<Destination> readDestination(const QString &url);

/// Refuses when any of the addresses lies in a range of design §4 and private networks are not allowed: a
/// name that answers with a public address first and a private one next must not get through.
Done checkAddresses(const QList<QHostAddress> &addresses, bool allowPrivateNetwork);

/// The same URL with the host replaced by a vetted address (design §5, pinning).
QUrl pinned(const Destination &destination, const QHostAddress &address);

} // namespace signalbox
