#pragma once

#include "app/core/result.h"

#include <QHostAddress>
#include <QList>
#include <QUrl>

namespace signalbox {

/// Reads the URL of a job: http or https, a host, no user info. Errors: Refused.
Result<QUrl> readDestination(const QString &url);

/// The address when the URL's host is a literal one, else null.
QHostAddress literalAddress(const QUrl &url);

/// Refuses when any of the addresses lies in a range of design §4 and private networks are not allowed: a
/// name that answers with a public address first and a private one next must not get through.
Done checkAddresses(const QList<QHostAddress> &addresses, bool allowPrivateNetwork);

/// What the Host header says: name, and port where it is not the scheme's own.
QByteArray hostHeader(const QUrl &url);

/// The same URL with the host replaced by a vetted address (design §5, pinning).
QUrl pinned(const QUrl &url, const QHostAddress &address);

} // namespace signalbox
