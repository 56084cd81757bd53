#include "app/platform/settings_profile_store.h"

#include <QDir>
#include <QFileInfo>
#include <QSettings>

#include <algorithm>

namespace signalbox {

namespace {

const QString listKey = QStringLiteral("connections");

bool isBuiltIn(const QString &name)
{
    return name == SettingsProfileStore::privateProfile().name ||
           name == SettingsProfileStore::demoProfile().name;
}

ConnectionProfile readProfile(const QSettings &settings)
{
    ConnectionProfile profile;
    profile.name = settings.value(QStringLiteral("name")).toString();
    profile.host = settings.value(QStringLiteral("host")).toString();
    profile.port = settings.value(QStringLiteral("port"), profile.port).toInt();
    profile.database = settings.value(QStringLiteral("database")).toString();
    profile.user = settings.value(QStringLiteral("user")).toString();
    profile.sslMode = settings.value(QStringLiteral("sslmode"), profile.sslMode).toString();
    profile.rootCertificateFile = settings.value(QStringLiteral("sslrootcert")).toString();
    profile.certificateFile = settings.value(QStringLiteral("sslcert")).toString();
    profile.keyFile = settings.value(QStringLiteral("sslkey")).toString();
    profile.environment = settings.value(QStringLiteral("environment")).toString();
    profile.environmentColour =
        settings.value(QStringLiteral("environment_colour"), profile.environmentColour).toString();
    profile.readOnly = settings.value(QStringLiteral("read_only")).toBool();
    profile.proxy = settings.value(QStringLiteral("proxy")).toString();
    return profile;
}

void writeProfile(QSettings &settings, const ConnectionProfile &profile)
{
    settings.setValue(QStringLiteral("name"), profile.name);
    settings.setValue(QStringLiteral("host"), profile.host);
    settings.setValue(QStringLiteral("port"), profile.port);
    settings.setValue(QStringLiteral("database"), profile.database);
    settings.setValue(QStringLiteral("user"), profile.user);
    settings.setValue(QStringLiteral("sslmode"), profile.sslMode);
    settings.setValue(QStringLiteral("sslrootcert"), profile.rootCertificateFile);
    settings.setValue(QStringLiteral("sslcert"), profile.certificateFile);
    settings.setValue(QStringLiteral("sslkey"), profile.keyFile);
    settings.setValue(QStringLiteral("environment"), profile.environment);
    settings.setValue(QStringLiteral("environment_colour"), profile.environmentColour);
    settings.setValue(QStringLiteral("read_only"), profile.readOnly);
    settings.setValue(QStringLiteral("proxy"), profile.proxy);
}

} // namespace

SettingsProfileStore::SettingsProfileStore(const QString &settingsFile)
    : m_file(settingsFile)
{
}

ConnectionProfile SettingsProfileStore::privateProfile()
{
    ConnectionProfile profile;
    profile.name = QStringLiteral("private");
    profile.kind = ConnectionProfile::Kind::PrivateCluster;
    profile.database = QStringLiteral("signalbox");
    profile.environment = QStringLiteral("LOCAL");
    profile.environmentColour = QStringLiteral("ok");
    return profile;
}

ConnectionProfile SettingsProfileStore::demoProfile()
{
    ConnectionProfile profile;
    profile.name = QStringLiteral("demo");
    profile.kind = ConnectionProfile::Kind::Demo;
    profile.database = QStringLiteral("demo");
    profile.environment = QStringLiteral("DEMO");
    profile.environmentColour = QStringLiteral("information");
    return profile;
}

QList<ConnectionProfile> SettingsProfileStore::profiles() const
{
    return QList<ConnectionProfile>{privateProfile(), demoProfile()} + savedProfiles();
}

Done SettingsProfileStore::saveProfile(const ConnectionProfile &profile)
{
    if (isBuiltIn(profile.name) || profile.kind != ConnectionProfile::Kind::Server)
        return fail(Error::Kind::Refused, QStringLiteral("name"),
                    QStringLiteral("\"%1\" is built in and cannot be changed").arg(profile.name));
    if (const Done valid = validateProfile(profile); !valid)
        return valid;
    QList<ConnectionProfile> saved = savedProfiles();
    const auto same = std::find_if(saved.begin(), saved.end(), [&](const ConnectionProfile &other) {
        return other.name == profile.name;
    });
    if (same == saved.end())
        saved.append(profile);
    else
        *same = profile;
    return write(saved);
}

Done SettingsProfileStore::removeProfile(const QString &name)
{
    if (isBuiltIn(name))
        return fail(Error::Kind::Refused, QStringLiteral("name"),
                    QStringLiteral("\"%1\" is built in and cannot be removed").arg(name));
    QList<ConnectionProfile> saved = savedProfiles();
    if (saved.removeIf([&](const ConnectionProfile &profile) { return profile.name == name; }) == 0)
        return fail(Error::Kind::NotFound, QStringLiteral("connection \"%1\"").arg(name),
                    QStringLiteral("there is none of this name"));
    return write(saved);
}

QList<ConnectionProfile> SettingsProfileStore::savedProfiles() const
{
    QSettings settings(m_file, QSettings::IniFormat);
    QList<ConnectionProfile> saved;
    const int size = settings.beginReadArray(listKey);
    for (int index = 0; index < size; ++index) {
        settings.setArrayIndex(index);
        const ConnectionProfile profile = readProfile(settings);
        if (!profile.name.isEmpty() && !isBuiltIn(profile.name))
            saved.append(profile);
    }
    settings.endArray();
    return saved;
}

Done SettingsProfileStore::write(const QList<ConnectionProfile> &saved)
{
    QDir().mkpath(QFileInfo(m_file).path());
    QSettings settings(m_file, QSettings::IniFormat);
    // Without this a shorter list would leave the last entries of the longer one behind.
    settings.remove(listKey);
    settings.beginWriteArray(listKey, static_cast<int>(saved.size()));
    for (int index = 0; index < saved.size(); ++index) {
        settings.setArrayIndex(index);
        writeProfile(settings, saved.at(index));
    }
    settings.endArray();
    settings.sync();
    if (settings.status() != QSettings::NoError)
        return fail(QStringLiteral("save connections"), QStringLiteral("cannot write %1").arg(m_file));
    return {};
}

} // namespace signalbox
