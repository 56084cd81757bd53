#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/sub_commands.h"

namespace signalbox {

namespace {

QStringList optionNames(const QList<Option> &options)
{
    QStringList names;
    for (const Option &option : options)
        names << QStringLiteral("--") + option.name;
    return names;
}

// What may follow a group: the second words of its commands.
QStringList secondWords(const QString &group)
{
    QStringList words;
    for (const Command &command : commands()) {
        if (command.group() == group && command.name != group)
            words << command.name.section(' ', 1);
    }
    return words;
}

QStringList groups()
{
    QStringList words;
    for (const Command &command : commands()) {
        if (!words.contains(command.group()))
            words << command.group();
    }
    return words;
}

// One line of a case: `"jobs list") … ;;`
QString caseLine(const QString &pattern, const QStringList &words)
{
    return QStringLiteral("        \"%1\") words=\"%2\" ;;\n").arg(pattern, words.join(' '));
}

QString cases()
{
    QString text = caseLine(QString(), groups());
    for (const QString &group : groups()) {
        const QStringList second = secondWords(group);
        if (!second.isEmpty())
            text += caseLine(group, second);
    }
    for (const Command &command : commands())
        text += caseLine(command.name,
                         optionNames(command.options) + optionNames(commonOptions()) + QStringList{"--help"});
    return text;
}

// Values with a few words to choose from: those that the help writes as "a|b|c".
QString valueCases()
{
    QStringList seen;
    QString text;
    for (const Command &command : commands()) {
        for (const Option &option : command.options) {
            const bool isChoice = option.value.contains('|') && option.value == option.value.toLower();
            const QString line = caseLine(QStringLiteral("--") + option.name, option.value.split('|'));
            if (isChoice && !seen.contains(option.name))
                text += line;
            seen << option.name;
        }
    }
    return text;
}

// Works in bash, and in zsh behind bashcompinit.
QString bashScript()
{
    return QStringLiteral(R"SH(_signalbox() {
    local current="${COMP_WORDS[COMP_CWORD]}" previous="" words="" name="" index
    [ "$COMP_CWORD" -gt 0 ] && previous="${COMP_WORDS[COMP_CWORD-1]}"
    for ((index = 1; index < COMP_CWORD; index++)); do
        case "${COMP_WORDS[index]}" in
        -*) ;;
        *)
            case "${COMP_WORDS[index-1]}" in --*) continue ;; esac
            name="$name${name:+ }${COMP_WORDS[index]}"
            ;;
        esac
    done
    case "$previous" in
%2        *) words="" ;;
    esac
    if [ -z "$words" ]; then
        case "$name" in
%1        esac
    fi
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    [ "${#COMPREPLY[@]}" -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _signalbox signalbox
)SH")
        .arg(cases(), valueCases());
}

CommandResult print(const CommandContext &context)
{
    const QString shell = context.line.words().constFirst();
    if (shell != QLatin1String("bash") && shell != QLatin1String("zsh"))
        return fail(Error::Kind::Usage, context.command.name,
                    QStringLiteral("there is none for \"%1\"").arg(shell), QStringLiteral("bash or zsh"));
    if (shell == QLatin1String("zsh"))
        printData("autoload -U +X bashcompinit && bashcompinit\n");
    printData(bashScript().toUtf8());
    return 0;
}

} // namespace

Command completionCommand()
{
    return {"completion",
            "bash|zsh",
            "print a script that completes commands: source <(signalbox completion bash)",
            {},
            1,
            1,
            print};
}

} // namespace signalbox
