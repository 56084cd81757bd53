#include "app/database/session_opening.h"

#include "app/database/pg_error.h"
#include "app/database/pooler_proof.h"
#include "app/database/private_cluster_binaries.h"
#include "app/database/session_settings.h"

#include <QHash>

#include <vector>

namespace signalbox {

namespace {

struct Identity
{
    int backendPid = 0;
    bool isReplica = false;
    bool isReadOnly = false;
    bool maySilenceLog = false; ///< whether we may keep values out of the server's log altogether
};

QString whatOf(const ConnectionSettings &settings)
{
    return QStringLiteral("connect to ") + settings.label();
}

// Warnings go into our log instead of straight to stderr. Why the server ends a session comes back as the
// error of whoever uses it next.
void sayNotice(void *, const char *text)
{
    if (QByteArray(text).startsWith("FATAL:"))
        return;
    qWarning("PostgreSQL: %s", QByteArray(text).trimmed().constData());
}

PgHandle connectWith(const ConnectionSettings &settings, const SessionOptions &options,
                     const QString &startup)
{
    QList<std::pair<QString, QString>> parameters = settings.libpqParameters();
    const auto isGiven = [&settings](const char *keyword) {
        return settings.parameters.contains(QLatin1String(keyword));
    };
    parameters << std::pair(QStringLiteral("client_encoding"), QStringLiteral("UTF8"));
    if (!isGiven("application_name"))
        parameters << std::pair(QStringLiteral("application_name"), options.applicationName);
    if (!startup.isEmpty())
        parameters << std::pair(QStringLiteral("options"), startup);
    std::vector<QByteArray> texts;
    texts.reserve(std::size_t(parameters.size()) * 2);
    std::vector<const char *> keywords, values;
    for (const auto &[keyword, value] : std::as_const(parameters)) {
        keywords.push_back(texts.emplace_back(keyword.toUtf8()).constData());
        values.push_back(texts.emplace_back(value.toUtf8()).constData());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    return PgHandle(PQconnectdbParams(keywords.data(), values.data(), 0));
}

Result<PgHandle> connectNow(const ConnectionSettings &settings, const SessionOptions &options,
                            const QString &startup)
{
    PgHandle handle = connectWith(settings, options, startup);
    if (handle && PQstatus(handle.get()) == CONNECTION_OK) {
        PQsetNoticeProcessor(handle.get(), sayNotice, nullptr);
        return handle;
    }
    Error error = lossOf(handle.get(), whatOf(settings));
    if (error.why.contains(QLatin1String("unsupported startup parameter")))
        error.hint = QStringLiteral("in PgBouncer add it to ignore_startup_parameters");
    return fail(std::move(error));
}

Result<PgResult> ask(PGconn *connection, const QByteArray &sql, const ConnectionSettings &settings)
{
    PgResult result(PQexec(connection, sql.constData()));
    if (succeeded(result.get()))
        return result;
    return fail(errorOf(connection, result.get(), whatOf(settings), Wording::Sentence));
}

Result<Identity> identify(PGconn *connection, const ConnectionSettings &settings)
{
    const auto row = ask(connection, R"(
        SELECT pg_backend_pid(),
               pg_is_in_recovery(),
               current_setting('transaction_read_only') = 'on',
               has_parameter_privilege('log_parameter_max_length', 'SET')
               AND has_parameter_privilege('log_error_verbosity', 'SET'))",
                         settings);
    if (!row)
        return fail(row.error());
    const auto isTrue = [&row](int column) { return *PQgetvalue(row->get(), 0, column) == 't'; };
    return Identity{QByteArray(PQgetvalue(row->get(), 0, 0)).toInt(), isTrue(1), isTrue(2), isTrue(3)};
}

// Those of the wanted settings that the session does not have.
Result<QList<SessionSetting>> missingOf(PGconn *connection, const QList<SessionSetting> &wanted,
                                        const ConnectionSettings &settings)
{
    const auto rows = ask(connection, "SELECT lower(name), setting FROM pg_settings", settings);
    if (!rows)
        return fail(rows.error());
    QHash<QString, QString> actual;
    for (int row = 0; row < PQntuples(rows->get()); ++row)
        actual.insert(QString::fromUtf8(PQgetvalue(rows->get(), row, 0)),
                      QString::fromUtf8(PQgetvalue(rows->get(), row, 1)));
    QList<SessionSetting> missing;
    for (const SessionSetting &setting : wanted) {
        if (actual.value(setting.name.toLower()) != setting.value)
            missing << setting;
    }
    return missing;
}

Done set(PGconn *connection, const QList<SessionSetting> &missing, const ConnectionSettings &settings)
{
    QByteArrayList calls, texts;
    for (const SessionSetting &setting : missing) {
        calls << "set_config($" + QByteArray::number(texts.size() + 1) + ", $" +
                     QByteArray::number(texts.size() + 2) + ", false)";
        texts << setting.name.toUtf8() << setting.value.toUtf8();
    }
    std::vector<const char *> values;
    for (const QByteArray &text : std::as_const(texts))
        values.push_back(text.constData());
    const QByteArray sql = "SELECT " + calls.join(", ");
    const PgResult result(PQexecParams(connection, sql.constData(), int(values.size()), nullptr,
                                       values.data(), nullptr, nullptr, 0));
    if (!succeeded(result.get()))
        return fail(errorOf(connection, result.get(), whatOf(settings), Wording::Sentence));
    return {};
}

// In a session that is our own: sets what did not come with the startup options, and checks that ours stuck.
Done setUp(PGconn *connection, const ConnectionSettings &settings, const QList<SessionSetting> &theirs,
           QList<SessionSetting> wanted, const Identity &identity)
{
    if (!theirs.isEmpty()) {
        if (Done done = set(connection, theirs, settings); !done)
            return done;
    }
    // Whoever may, keeps values out of the log altogether: those of logged statements, and the rows that the
    // server tells with an error.
    if (identity.maySilenceLog)
        wanted << SessionSetting{QStringLiteral("log_parameter_max_length"), QStringLiteral("0")}
               << SessionSetting{QStringLiteral("log_error_verbosity"), QStringLiteral("terse")};
    auto missing = missingOf(connection, wanted, settings);
    if (!missing)
        return fail(missing.error());
    if (missing->isEmpty())
        return {};
    if (Done done = set(connection, *missing, settings); !done)
        return done;
    missing = missingOf(connection, wanted, settings);
    if (!missing)
        return fail(missing.error());
    if (missing->isEmpty())
        return {};
    return fail(Error::Kind::Refused, whatOf(settings),
                QStringLiteral("the session does not keep the setting %1").arg(missing->constFirst().name),
                QStringLiteral("Signalbox needs a direct or session-pooled connection"));
}

Done isNewEnough(PGconn *connection, const ConnectionSettings &settings)
{
    const int major = PQserverVersion(connection) / 10'000;
    if (major >= oldestServerVersion)
        return {};
    return fail(Error::Kind::Refused, whatOf(settings),
                QStringLiteral("the server is PostgreSQL %1").arg(major),
                QStringLiteral("Signalbox needs PostgreSQL %1 or later").arg(oldestServerVersion));
}

Done mayWrite(const ConnectionSettings &settings, const Identity &identity)
{
    if (settings.access == Access::ReadOnly || !identity.isReadOnly)
        return {};
    Error error{Error::Kind::Unavailable,
                whatOf(settings),
                QStringLiteral("the database takes no changes at present (default_transaction_read_only)"),
                {},
                QStringLiteral("25006"),
                -1};
    if (identity.isReplica) {
        error.kind = Error::Kind::Refused;
        error.why = QStringLiteral("it is a read replica, which takes no changes");
        error.hint = QStringLiteral("name the primary");
    }
    return fail(std::move(error));
}

} // namespace

Result<OpenedSession> openSession(const ConnectionSettings &settings, const SessionOptions &options)
{
    const QString given = settings.parameters.value(QStringLiteral("options"));
    const QList<SessionSetting> wanted = pinnedSettings(settings.access, options);
    QString startup = (given + ' ' + asStartupOptions(wanted)).trimmed();
    auto handle = connectNow(settings, options, startup);
    if (!handle && handle.error().why.contains(QLatin1String("unsupported startup parameter: options"))) {
        startup.clear();
        handle = connectNow(settings, options, startup);
    }
    if (!handle)
        return fail(handle.error());
    PGconn *const connection = handle->get();
    if (Done done = isNewEnough(connection, settings); !done)
        return fail(done.error());
    const auto identity = identify(connection, settings);
    if (!identity)
        return fail(identity.error());
    QList<SessionSetting> theirs;
    if (isPooled(connection, identity->backendPid)) {
        if (Done own = proveOwnSession(connection, identity->backendPid,
                                       [&] { return connectNow(settings, options, startup); });
            !own)
            return fail(own.error());
        // A pooler takes them no more than ours, or drops them without a word.
        const auto read = readStartupOptions(given);
        if (!read)
            return fail(read.error());
        theirs = *read;
    }
    if (Done done = setUp(connection, settings, theirs, wanted, *identity); !done)
        return fail(done.error());
    if (Done may = mayWrite(settings, *identity); !may)
        return fail(may.error());
    return OpenedSession{std::move(*handle), identity->backendPid, identity->isReplica};
}

} // namespace signalbox
