#include "app/database/session_settings.h"

namespace signalbox {

namespace {

QString on()
{
    return QStringLiteral("on");
}

QString off()
{
    return QStringLiteral("off");
}

QList<SessionSetting> planSettings(Plans plans)
{
    if (plans == Plans::Fresh)
        return {{QStringLiteral("plan_cache_mode"), QStringLiteral("force_custom_plan")}};
    return {{QStringLiteral("plan_cache_mode"), QStringLiteral("force_generic_plan")},
            {QStringLiteral("enable_seqscan"), off()},
            {QStringLiteral("enable_bitmapscan"), off()},
            {QStringLiteral("enable_hashjoin"), off()},
            {QStringLiteral("enable_mergejoin"), off()}};
}

// Words separated by spaces; a backslash takes the next character as it is.
QStringList wordsOf(const QString &options)
{
    QStringList words;
    QString word;
    bool isOpen = false;
    for (qsizetype at = 0; at < options.size(); ++at) {
        if (options.at(at).isSpace()) {
            if (std::exchange(isOpen, false))
                words << std::exchange(word, {});
            continue;
        }
        isOpen = true;
        if (options.at(at) == '\\' && at + 1 < options.size())
            ++at;
        word += options.at(at);
    }
    if (isOpen)
        words << word;
    return words;
}

} // namespace

QList<SessionSetting> pinnedSettings(Access access, const SessionOptions &options)
{
    const QString zero = QStringLiteral("0");
    QList<SessionSetting> settings{
        // What values mean.
        {QStringLiteral("TimeZone"), QStringLiteral("UTC")},
        {QStringLiteral("DateStyle"), QStringLiteral("ISO, MDY")},
        {QStringLiteral("IntervalStyle"), QStringLiteral("postgres")},
        {QStringLiteral("bytea_output"), QStringLiteral("hex")},
        {QStringLiteral("extra_float_digits"), QStringLiteral("1")},
        {QStringLiteral("standard_conforming_strings"), on()},
        // How transactions behave.
        {QStringLiteral("default_transaction_isolation"), QStringLiteral("read committed")},
        {QStringLiteral("default_transaction_deferrable"), off()},
        {QStringLiteral("statement_timeout"), QString::number(options.statementTimeoutMs)},
        {QStringLiteral("lock_timeout"), zero},
        {QStringLiteral("idle_in_transaction_session_timeout"), zero},
        {QStringLiteral("idle_session_timeout"), zero},
        // Compiling a statement takes seconds where the planner expects much, more than running it, and
        // cannot be
        // cancelled.
        {QStringLiteral("jit"), off()},
        // Notices ("does not exist, skipping") would go to stderr, where commands speak to their user.
        {QStringLiteral("client_min_messages"), QStringLiteral("warning")},
        // A failed statement is logged without its values, which may be secrets.
        {QStringLiteral("log_parameter_max_length_on_error"), zero}};
    if (access == Access::ReadOnly)
        settings << SessionSetting{QStringLiteral("default_transaction_read_only"), on()};
    return settings + planSettings(options.plans);
}

QString asStartupOptions(const QList<SessionSetting> &settings)
{
    QStringList options;
    for (const SessionSetting &setting : settings) {
        QString value = setting.value;
        value.replace('\\', QLatin1String("\\\\")).replace(' ', QLatin1String("\\ "));
        options << QStringLiteral("-c %1=%2").arg(setting.name, value);
    }
    return options.join(' ');
}

Result<QList<SessionSetting>> readStartupOptions(const QString &options)
{
    QList<SessionSetting> settings;
    QStringList words = wordsOf(options);
    while (!words.isEmpty()) {
        QString word = words.takeFirst();
        if (word == QLatin1String("-c") && !words.isEmpty())
            word = words.takeFirst();
        else if (word.startsWith(QLatin1String("-c")) || word.startsWith(QLatin1String("--")))
            word = word.mid(2);
        else
            word.clear();
        const qsizetype equals = word.indexOf('=');
        if (equals < 1)
            return fail(
                Error::Kind::Refused, QStringLiteral("options of the database address"),
                QStringLiteral("a pooler takes none, and these are not all of the form -c name=value"));
        settings << SessionSetting{word.left(equals).replace('-', '_'), word.mid(equals + 1)};
    }
    return settings;
}

} // namespace signalbox
