#pragma once

#include "app/core/profile.h"

#include <QString>

namespace signalbox {

/// Saved connections in an INI file. The profiles "private" and "demo" are built in: always listed first,
/// never written, never removed. No member of a profile is a password, and text that could hide one is
/// refused.
class SettingsProfileStore final : public ProfileStore
{
public:
    explicit SettingsProfileStore(const QString &settingsFile);

    QList<ConnectionProfile> profiles() const override;
    Done saveProfile(const ConnectionProfile &profile) override;
    Done removeProfile(const QString &name) override;

    static ConnectionProfile privateProfile();
    static ConnectionProfile demoProfile();

private:
    QList<ConnectionProfile> savedProfiles() const;
    Done write(const QList<ConnectionProfile> &saved);

    QString m_file;
};

} // namespace signalbox
