#include "app/cli/console_target.h"

#include "app/database/profile_address.h"
#include "app/platform/settings.h"

namespace signalbox {

Result<ConsoleTarget> resolveConsoleTarget(const QString &uri, const QString &profileName)
{
    ConsoleTarget target;
    const QString address = uri.isEmpty() ? qEnvironmentVariable("DATABASE_URL") : uri;
    if (!address.isEmpty()) {
        auto settings = ConnectionSettings::fromUri(address);
        if (!settings)
            return fail(settings.error());
        // What can be saved as a connection, should the user want to.
        if (const auto profile = profileOfSettings(*settings))
            target.profile = *profile;
        target.profile.name = settings->label();
        target.profile.database = settings->database;
        target.profile.host = settings->host;
        target.address = *settings;
        return target;
    }
    if (profileName.isEmpty()) {
        target.profile = SettingsProfileStore::privateProfile();
        return target;
    }
    const SettingsProfileStore store(standardSettingsFile());
    for (const ConnectionProfile &profile : store.profiles()) {
        if (profile.name == profileName) {
            target.profile = profile;
            return target;
        }
    }
    return fail(Error::Kind::Usage, QStringLiteral("profile"),
                QStringLiteral("there is none named \"%1\"").arg(profileName));
}

} // namespace signalbox
