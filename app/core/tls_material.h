#pragma once

#include "app/core/result.h"
#include "app/core/secret.h"

#include <QByteArray>

namespace signalbox {

/// What an endpoint adds to TLS; all PEM text, all may be empty. Verification of the receiver cannot be
/// turned off: certificates are added to the system's, for this endpoint only.
struct TlsMaterial
{
    QByteArray caCertificates;
    QByteArray clientCertificate; ///< chain, the client's own certificate first
    Secret clientKey;             ///< of that certificate, not encrypted; as secret as a secret

    bool isEmpty() const
    {
        return caCertificates.isEmpty() && clientCertificate.isEmpty() && clientKey.isEmpty();
    }
    friend bool operator==(const TlsMaterial &, const TlsMaterial &) = default;
};

/// Judges the form of PEM text: whole blocks of the right kind, base64 within; what they hold is judged where
/// TLS is at hand. Empty text is fine. Errors (Refused) name the part and never quote it.
Done validateCertificates(const QString &what, const QByteArray &pem);
Done validateClientKey(const Secret &pem);
/// A client certificate and its key come together or not at all.
Done validateTlsMaterial(const TlsMaterial &material);

} // namespace signalbox
