#include "app/core/profile.h"

#include "app/core/proxy.h"

#include <QRegularExpression>

namespace signalbox {

namespace {

Done refuse(const QString &what, const QString &why, const QString &hint = {})
{
    return fail(Error::Kind::Refused, what, why, hint);
}

/// A URI or a `key=value` list may carry a password, which must not reach the settings.
bool looksLikeConnectionString(const QString &text)
{
    static const QRegularExpression marks(QStringLiteral("[=@\\s]|://"));
    return text.contains(marks);
}

Done validateProxyText(const QString &text)
{
    const auto proxy = readProxy(text);
    if (!proxy)
        return fail(proxy.error());
    if (!proxy->password.isEmpty())
        return refuse(QStringLiteral("proxy"), QStringLiteral("it holds a password"),
                      QStringLiteral("the password has a field of its own"));
    return {};
}

} // namespace

QString proxyCredentialName(const QString &profile)
{
    return profile + QStringLiteral(" / proxy");
}

const QStringList &sslModes()
{
    static const QStringList modes{QStringLiteral("disable"),   QStringLiteral("allow"),
                                   QStringLiteral("prefer"),    QStringLiteral("require"),
                                   QStringLiteral("verify-ca"), QStringLiteral("verify-full")};
    return modes;
}

Done validateProfile(const ConnectionProfile &profile)
{
    if (profile.name.trimmed().isEmpty())
        return refuse(QStringLiteral("name"), QStringLiteral("a connection needs a name"));
    if (profile.kind != ConnectionProfile::Kind::Server)
        return {};
    const QString hint = QStringLiteral("one part per field, the password on its own");
    if (profile.host.isEmpty())
        return refuse(QStringLiteral("host"),
                      QStringLiteral("a server needs a host name or a socket folder"));
    if (looksLikeConnectionString(profile.host))
        return refuse(QStringLiteral("host"), QStringLiteral("not a host name"), hint);
    if (profile.port < 1 || profile.port > 65'535)
        return refuse(QStringLiteral("port"), QStringLiteral("must lie between 1 and 65535"));
    if (profile.database.isEmpty())
        return refuse(QStringLiteral("database"), QStringLiteral("a connection needs a database"));
    if (looksLikeConnectionString(profile.database))
        return refuse(QStringLiteral("database"), QStringLiteral("not a database name"), hint);
    if (profile.user.contains(QLatin1Char(':')) || profile.user.contains(QLatin1Char('=')))
        return refuse(QStringLiteral("user"), QStringLiteral("not a user name"), hint);
    if (!sslModes().contains(profile.sslMode))
        return refuse(QStringLiteral("sslmode"),
                      QStringLiteral("must be one of %1").arg(sslModes().join(QStringLiteral(", "))));
    if (profile.certificateFile.isEmpty() != profile.keyFile.isEmpty())
        return refuse(QStringLiteral("certificate"),
                      QStringLiteral("a client certificate and its key go together"));
    return validateProxyText(profile.proxy);
}

void movePassword(CredentialStore &store, const QString &from, const QString &to, QObject *context,
                  const Reply<bool> &reply)
{
    const auto removeOld = [&store, from, to, context, reply](const Secret &password,
                                                              const Result<Secret> &readBack) {
        if (!readBack)
            return reply(fail(readBack.error()));
        if (!(*readBack == password))
            return reply(fail(QStringLiteral("move password"),
                              QStringLiteral("the keychain gave another one back under %1").arg(to)));
        store.removePassword(from, context, reply);
    };
    const auto verify = [&store, to, context, reply, removeOld](const Secret &password,
                                                                const Result<bool> &written) {
        if (!written)
            return reply(fail(written.error()));
        store.readPassword(to, context, [password, removeOld](const Result<Secret> &readBack) {
            removeOld(password, readBack);
        });
    };
    store.readPassword(from, context, [&store, to, context, reply, verify](const Result<Secret> &password) {
        // Without an entry, or without a keychain, there is nothing to move.
        const bool isNone = !password && (password.error().kind == Error::Kind::NotFound ||
                                          password.error().kind == Error::Kind::Unavailable);
        if (isNone)
            return reply(false);
        if (!password)
            return reply(fail(password.error()));
        store.writePassword(to, *password, context, [verify, kept = *password](const Result<bool> &written) {
            verify(kept, written);
        });
    });
}

} // namespace signalbox
