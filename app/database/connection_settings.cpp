#include "app/database/connection_settings.h"

#include <libpq-fe.h>

#include <memory>

namespace signalbox {

namespace {

struct FreeConninfo
{
    void operator()(PQconninfoOption *options) const { PQconninfoFree(options); }
};

// Keywords that have no setter in QSqlDatabase and go through its connect options.
bool passesThrough(const QString &keyword)
{
    static const QStringList known{"options",
                                   "service",
                                   "sslcert",
                                   "sslkey",
                                   "sslrootcert",
                                   "sslcrl",
                                   "krbsrvname",
                                   "gsslib",
                                   "channel_binding",
                                   "target_session_attrs",
                                   "keepalives",
                                   "keepalives_idle",
                                   "keepalives_interval",
                                   "keepalives_count",
                                   "tcp_user_timeout"};
    return known.contains(keyword);
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
        if (keyword == "host" || keyword == "hostaddr")
            settings.host = value;
        else if (keyword == "port")
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
        else if (passesThrough(keyword))
            settings.extraOptions += keyword + '=' + value + ';';
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
    return settings;
}

QString ConnectionSettings::label() const
{
    QString text;
    if (!user.isEmpty())
        text = user + '@';
    text += host.isEmpty() ? QStringLiteral("localhost") : host;
    if (port > 0 && !host.startsWith('/'))
        text += ':' + QString::number(port);
    return text + '/' + (database.isEmpty() ? user : database);
}

} // namespace signalbox
