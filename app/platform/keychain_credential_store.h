#pragma once

#include "app/core/profile.h"

namespace signalbox {

/// Passwords in the system keychain through QtKeychain, and nowhere else: without a keychain every call
/// replies Kind::Unavailable (the plain-text fallback stays off). A password that is not stored is
/// Kind::NotFound. GUI thread; replies arrive from the event loop, never from inside the call.
class KeychainCredentialStore final : public CredentialStore
{
public:
    void readPassword(const QString &profile, QObject *context, Reply<Secret> reply) override;
    void writePassword(const QString &profile, const Secret &password, QObject *context,
                       Reply<bool> reply) override;
    void removePassword(const QString &profile, QObject *context, Reply<bool> reply) override;
};

} // namespace signalbox
