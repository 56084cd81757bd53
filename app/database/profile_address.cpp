#include "app/database/profile_address.h"

namespace signalbox {

Result<ConnectionProfile> profileOfSettings(const ConnectionSettings &settings)
{
    ConnectionProfile profile;
    profile.host =
        settings.host.isEmpty() ? settings.parameters.value(QStringLiteral("hostaddr")) : settings.host;
    if (settings.port > 0)
        profile.port = settings.port;
    profile.database = settings.database.isEmpty() ? settings.user : settings.database;
    profile.user = settings.user;
    if (!settings.sslMode.isEmpty())
        profile.sslMode = settings.sslMode;
    for (auto item = settings.parameters.cbegin(); item != settings.parameters.cend(); ++item) {
        if (item.key() == QLatin1String("sslrootcert"))
            profile.rootCertificateFile = item.value();
        else if (item.key() == QLatin1String("sslcert"))
            profile.certificateFile = item.value();
        else if (item.key() == QLatin1String("sslkey"))
            profile.keyFile = item.value();
        else if (item.key() != QLatin1String("hostaddr"))
            return fail(Error::Kind::Refused, QStringLiteral("database address"),
                        QStringLiteral("a saved connection has no field for %1").arg(item.key()),
                        QStringLiteral("leave it out, or use the address as it is with --db"));
    }
    return profile;
}

Result<AddressedProfile> profileOfAddress(const QString &address)
{
    const auto settings = ConnectionSettings::fromUri(address);
    if (!settings)
        return fail(settings.error());
    auto profile = profileOfSettings(*settings);
    if (!profile)
        return fail(profile.error());
    return AddressedProfile{*profile, settings->password};
}

} // namespace signalbox
