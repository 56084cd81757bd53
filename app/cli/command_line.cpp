#include "app/cli/command_line.h"

#include "app/cli/command.h"

#include <algorithm>

namespace signalbox {

namespace {

tl::unexpected<Error> wrong(const QString &why, const QString &hint = {})
{
    return fail(Error::Kind::Usage, QStringLiteral("command line"), why, hint);
}

const Option *findOption(const QList<Option> &options, const QString &name)
{
    const auto found = std::find_if(options.cbegin(), options.cend(),
                                    [&](const Option &option) { return option.name == name; });
    return found == options.cend() ? nullptr : &*found;
}

QString joinNames(const QList<Command> &commands, const QString &group)
{
    QStringList names;
    for (const Command &command : commands) {
        const QString name = group.isEmpty() ? command.group() : command.name.section(' ', 1);
        if ((group.isEmpty() || command.group() == group) && !names.contains(name))
            names << name;
    }
    return names.join(QStringLiteral(", "));
}

} // namespace

class CommandLineParser
{
public:
    CommandLineParser(const QStringList &arguments, const QList<Command> &commands)
        : m_arguments(arguments)
        , m_commands(commands)
    {
    }

    Result<ParsedArguments> parse()
    {
        for (m_at = 0; m_at < m_arguments.size() && m_parsed.wish == ParsedArguments::Wish::Run; ++m_at) {
            const QString &argument = m_arguments[m_at];
            Done done;
            if (argument == QLatin1String("--") && !m_onlyWords)
                m_onlyWords = true;
            else if (argument.startsWith('-') && argument != QLatin1String("-") && !m_onlyWords)
                done = readOption(argument);
            else
                done = readWord(argument);
            if (!done)
                return fail(done.error());
        }
        if (m_parsed.wish == ParsedArguments::Wish::Run) {
            if (Done done = checkComplete(); !done)
                return fail(done.error());
        }
        return m_parsed;
    }

private:
    Done readOption(const QString &argument)
    {
        if (argument == QLatin1String("--help") || argument == QLatin1String("-h")) {
            m_parsed.wish = ParsedArguments::Wish::Help;
            return {};
        }
        if (argument == QLatin1String("--version") || argument == QLatin1String("-v")) {
            m_parsed.wish = ParsedArguments::Wish::Version;
            return {};
        }
        const QString name =
            argument.startsWith(QLatin1String("--")) ? argument.mid(2).section('=', 0, 0) : QString();
        const Option *option = name.isEmpty() ? nullptr : findOption(commonOptions(), name);
        if (!option && m_parsed.command)
            option = findOption(m_parsed.command->options, name);
        if (!option)
            return wrong(QStringLiteral("unknown option %1").arg(argument.section('=', 0, 0)), helpHint());
        QStringList &values = m_parsed.line.m_options[name];
        if (!values.isEmpty() && !option->isRepeatable)
            return wrong(QStringLiteral("--%1 is given twice").arg(name));
        return readValue(*option, argument, values);
    }

    Done readValue(const Option &option, const QString &argument, QStringList &values)
    {
        const bool isAttached = argument.contains('=');
        if (option.value.isEmpty()) {
            if (isAttached)
                return wrong(QStringLiteral("--%1 takes no value").arg(option.name));
            values << QString();
            return {};
        }
        if (isAttached) {
            values << argument.mid(argument.indexOf('=') + 1);
            return {};
        }
        // "--reason --yes" is a forgotten value far more often than a value; --reason=--yes says it.
        const QString next = m_arguments.value(m_at + 1);
        if (m_at + 1 >= m_arguments.size() || next.startsWith(QLatin1String("--")))
            return wrong(QStringLiteral("--%1 needs a value").arg(option.name), '<' + option.value + '>');
        ++m_at;
        values << next;
        return {};
    }

    Done readWord(const QString &word)
    {
        if (m_parsed.command) {
            if (m_parsed.line.m_words.size() >= m_parsed.command->mostWords)
                return wrong(QStringLiteral("unexpected word \"%1\"").arg(word), helpHint());
            m_parsed.line.m_words << word;
            return {};
        }
        const QString name = m_parsed.group.isEmpty() ? word : m_parsed.group + ' ' + word;
        bool isGroup = false;
        for (const Command &command : m_commands) {
            if (command.name == name)
                m_parsed.command = &command;
            isGroup = isGroup || (m_parsed.group.isEmpty() && command.group() == word);
        }
        if (!m_parsed.command && !isGroup)
            return wrong(QStringLiteral("unknown command \"%1\"").arg(name),
                         joinNames(m_commands, m_parsed.group));
        if (m_parsed.group.isEmpty())
            m_parsed.group = word;
        return {};
    }

    Done checkComplete() const
    {
        if (!m_parsed.command)
            return wrong(QStringLiteral("a command is missing"), joinNames(m_commands, m_parsed.group));
        if (m_parsed.line.words().size() < m_parsed.command->leastWords)
            return wrong(QStringLiteral("%1 is missing").arg(m_parsed.command->words), helpHint());
        for (const QString &name : {QStringLiteral("db"), QStringLiteral("profile")}) {
            // An unset variable in a script must not lead to another database.
            if (m_parsed.line.has(name) && m_parsed.line.value(name).isEmpty())
                return wrong(QStringLiteral("--%1 is empty").arg(name));
        }
        return {};
    }

    QString helpHint() const
    {
        QStringList words{QStringLiteral("signalbox")};
        words << (m_parsed.command ? m_parsed.command->name : m_parsed.group) << QStringLiteral("--help");
        words.removeAll(QString());
        return QStringLiteral("see ") + words.join(' ');
    }

    const QStringList &m_arguments;
    const QList<Command> &m_commands;
    qsizetype m_at = 0;
    bool m_onlyWords = false;
    ParsedArguments m_parsed;
};

Result<std::optional<int>> CommandLine::number(const QString &option, int least, int most) const
{
    if (!has(option))
        return std::nullopt;
    bool isNumber = false;
    const int number = value(option).toInt(&isNumber);
    if (!isNumber || number < least || number > most)
        return wrong(
            QStringLiteral("--%1 takes a whole number from %2 to %3").arg(option).arg(least).arg(most));
    return number;
}

const QList<Option> &commonOptions()
{
    static const QList<Option> options{
        {QStringLiteral("db"), QStringLiteral("URI"),
         QStringLiteral("libpq URI of the database; else DATABASE_URL, else --profile, else the private "
                        "cluster. A password in "
                        "it is seen in the list of processes: better in the profile's keychain entry, "
                        "PGPASSFILE or DATABASE_URL")},
        {QStringLiteral("profile"), QStringLiteral("NAME"), QStringLiteral("saved connection to use")},
    };
    return options;
}

Result<ParsedArguments> parseArguments(const QStringList &arguments, const QList<Command> &commands)
{
    return CommandLineParser(arguments, commands).parse();
}

} // namespace signalbox
