#include "app/database/connection_settings.h"

#include <libpq-fe.h>

#include <memory>

namespace signalbox {

namespace {

struct FreeConninfo
{
    void operator()(PQconninfoOption *options) const { PQconninfoFree(options); }
};

// What would change how we speak to the server.
bool isOurs(const QString &keyword, const QString &value)
{
    static const QStringList utf8{QStringLiteral("utf8"), QStringLiteral("utf-8")};
    if (keyword == "client_encoding")
        return !utf8.contains(value.toLower());
    return keyword == "replication";
}

void take(ConnectionSettings &settings, const QString &keyword, const QString &value)
{
    if (keyword == "host")
        settings.host = value;
    else if (keyword == "port" && !value.contains(','))
        settings.port = value.toInt();
    else if (keyword == "dbname")
        settings.database = value;
    else if (keyword == "user")
        settings.user = value;
    else if (keyword == "password")
        settings.password = Secret(value);
    else if (keyword == "sslmode")
        settings.sslMode = value;
    else if (keyword == "connect_timeout")
        settings.connectTimeoutSeconds = value.toInt();
    else if (keyword != "client_encoding")
        settings.parameters.insert(keyword, value);
}

// "a:1, b:2" of hosts and ports as libpq pairs them: one port goes for all.
QString placesOf(const QStringList &hosts, const QStringList &ports)
{
    QStringList places;
    for (qsizetype i = 0; i < hosts.size(); ++i) {
        const QString port = ports.value(ports.size() == 1 ? 0 : i);
        const bool hasPort = !port.isEmpty() && !hosts.at(i).startsWith('/');
        places << (hasPort ? hosts.at(i) + ':' + port : hosts.at(i));
    }
    return places.join(',');
}

} // namespace

Result<ConnectionSettings> ConnectionSettings::fromUri(const QString &uri)
{
    char *message = nullptr;
    const std::unique_ptr<PQconninfoOption, FreeConninfo> options(
        PQconninfoParse(uri.toUtf8().constData(), &message));
    if (!options) {
        // libpq quotes parts of the text it could not read, which may be a password.
        PQfreemem(message);
        return fail(Error::Kind::Usage, QStringLiteral("database address"),
                    QStringLiteral("it is not a libpq URI"),
                    QStringLiteral("write postgresql://user@host:5432/database"));
    }
    ConnectionSettings settings;
    for (const PQconninfoOption *option = options.get(); option->keyword; ++option) {
        if (!option->val)
            continue;
        const QString keyword = QString::fromUtf8(option->keyword);
        const QString value = QString::fromUtf8(option->val);
        if (isOurs(keyword, value))
            return fail(Error::Kind::Usage, QStringLiteral("database address"),
                        QStringLiteral("%1=%2 is not possible here").arg(keyword, value),
                        QStringLiteral("leave it out"));
        take(settings, keyword, value);
    }
    return settings;
}

ConnectionSettings ConnectionSettings::fromProfile(const ConnectionProfile &profile, const Secret &password)
{
    ConnectionSettings settings;
    settings.host = profile.host;
    settings.port = profile.port;
    settings.database = profile.database;
    settings.user = profile.user;
    settings.password = password;
    settings.sslMode = profile.sslMode;
    const auto file = [&settings](const char *keyword, const QString &name) {
        if (!name.isEmpty())
            settings.parameters.insert(QLatin1String(keyword), name);
    };
    file("sslrootcert", profile.rootCertificateFile);
    file("sslcert", profile.certificateFile);
    file("sslkey", profile.keyFile);
    settings.access = profile.readOnly ? Access::ReadOnly : Access::ReadWrite;
    return settings;
}

ConnectionSettings ConnectionSettings::forReading() const
{
    ConnectionSettings settings = *this;
    settings.access = Access::ReadOnly;
    return settings;
}

QList<std::pair<QString, QString>> ConnectionSettings::libpqParameters() const
{
    QMap<QString, QString> all;
    const auto add = [&all](const char *keyword, const QString &value) {
        if (!value.isEmpty())
            all.insert(QLatin1String(keyword), value);
    };
    // A network that falls silent must not hold the session until the kernel gives up, a quarter of an hour
    // later. Means nothing on a Unix socket.
    add("keepalives_idle", QStringLiteral("10"));
    add("keepalives_interval", QStringLiteral("5"));
    add("keepalives_count", QStringLiteral("4"));
    add("tcp_user_timeout", QStringLiteral("30000"));
    all.insert(parameters);
    all.remove(QStringLiteral("options"));
    add("host", host);
    add("port", port > 0 ? QString::number(port) : QString());
    add("dbname", database);
    add("user", user);
    add("password", password.reveal());
    add("sslmode", sslMode);
    add("connect_timeout", QString::number(qMax(2, connectTimeoutSeconds)));
    QList<std::pair<QString, QString>> pairs;
    for (auto item = all.cbegin(); item != all.cend(); ++item)
        pairs << std::pair(item.key(), item.value());
    return pairs;
}

QString ConnectionSettings::label() const
{
    QString text;
    if (!user.isEmpty())
        text = user + '@';
    const QString named = host.isEmpty() ? parameters.value(QStringLiteral("hostaddr")) : host;
    const QString ports = port > 0 ? QString::number(port) : parameters.value(QStringLiteral("port"));
    text += placesOf((named.isEmpty() ? QStringLiteral("localhost") : named).split(','), ports.split(','));
    return text + '/' + (database.isEmpty() ? user : database);
}

} // namespace signalbox
