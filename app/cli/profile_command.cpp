#include "app/cli/output.h"
#include "app/cli/row_output.h"
#include "app/cli/sub_commands.h"
#include "app/database/profile_address.h"
#include "app/platform/settings.h"
#include "app/platform/settings_profile_store.h"

namespace signalbox {

namespace {

tl::unexpected<Error> wrong(const CommandContext &context, const QString &why, const QString &hint = {})
{
    return fail(Error::Kind::Usage, context.command.name, why, hint);
}

CommandResult add(const CommandContext &context)
{
    const QString address = context.line.value(QStringLiteral("db"));
    if (address.isEmpty())
        return wrong(context, QStringLiteral("--db is missing"),
                     QStringLiteral("write --db postgresql://user@host:5432/database"));
    auto addressed = profileOfAddress(address);
    if (!addressed)
        return fail(addressed.error());
    if (!addressed->password.isEmpty())
        return wrong(
            context, QStringLiteral("the address holds a password, which is not taken here"),
            QStringLiteral("leave it out: the console asks once and keeps it in the keychain; commands "
                           "also take it from PGPASSFILE"));
    ConnectionProfile &profile = addressed->profile;
    profile.name = context.line.words().constFirst();
    profile.environment = context.line.value(QStringLiteral("environment"));
    profile.readOnly = context.line.has(QStringLiteral("read-only"));
    SettingsProfileStore store(standardSettingsFile());
    for (const ConnectionProfile &other : store.profiles()) {
        if (other.name == profile.name)
            return fail(Error::Kind::Conflict, context.command.name,
                        QStringLiteral("there is one named \"%1\"").arg(profile.name),
                        QStringLiteral("remove it first"));
    }
    if (const Done saved = store.saveProfile(profile); !saved)
        return fail(saved.error());
    printLine(profile.name);
    return 0;
}

QSqlRecord rowOf(const ConnectionProfile &profile)
{
    QSqlRecord row;
    const bool isServer = profile.kind == ConnectionProfile::Kind::Server;
    addField(row, QStringLiteral("name"), profile.name);
    addField(row, QStringLiteral("host"), isServer ? profile.host : QString());
    addField(row, QStringLiteral("port"),
             isServer ? QVariant(profile.port) : QVariant(QMetaType::fromType<int>()));
    addField(row, QStringLiteral("database"), profile.database);
    addField(row, QStringLiteral("user"), profile.user);
    addField(row, QStringLiteral("sslmode"), isServer ? profile.sslMode : QString());
    addField(row, QStringLiteral("environment"), profile.environment);
    addField(row, QStringLiteral("read_only"), profile.readOnly);
    return row;
}

CommandResult list(const CommandContext &context)
{
    const auto format = chosenFormat(context.line);
    if (!format)
        return fail(format.error());
    RowSet set;
    for (const ConnectionProfile &profile : SettingsProfileStore(standardSettingsFile()).profiles())
        set.rows << rowOf(profile);
    for (int column = 0; column < set.rows.constFirst().count(); ++column)
        set.columns << set.rows.constFirst().fieldName(column);
    set.tableColumns = set.columns;
    printData(formatRows(set, *format));
    return 0;
}

CommandResult remove(const CommandContext &context)
{
    SettingsProfileStore store(standardSettingsFile());
    const QString name = context.line.words().constFirst();
    if (const Done removed = store.removeProfile(name); !removed)
        return fail(removed.error());
    printLine(name);
    return 0;
}

} // namespace

QList<Command> profileCommands()
{
    return {{"profile add",
             "NAME",
             "save the connection that --db names, without a password",
             {{"read-only", {}, "the server refuses changes over it"},
              {"environment", "E", "shown with everything, such as PRODUCTION"}},
             1,
             1,
             add},
            {"profile list", {}, "print the saved connections", {formatOption()}, 0, 0, list},
            {"profile remove", "NAME", "forget a saved connection", {}, 1, 1, remove}};
}

} // namespace signalbox
