#include "app/cli/window_commands.h"

#include "app/cli/command.h"
#include "app/cli/console_target.h"
#include "app/cli/demo_run.h"
#include "app/cli/output.h"
#include "app/cli/process_signals.h"
#include "app/cli/shot_run.h"
#include "app/cli/sub_commands.h"
#include "app/composition.h"
#include "ui/mainwindow.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QSettings>

namespace signalbox {

namespace {

constexpr int smallestWidth = 320;
constexpr int smallestHeight = 240;
constexpr int largestSide = 10'000;

// The sub-command: the first word that is neither an option nor an option's value.
QString commandWord(const QStringList &arguments)
{
    for (qsizetype index = 0; index < arguments.size(); ++index) {
        const QString &word = arguments.at(index);
        if (word == QLatin1String("--db") || word == QLatin1String("--profile"))
            ++index;
        else if (!word.startsWith('-'))
            return word;
    }
    return {};
}

theme::Mode savedTheme()
{
    const QString name = QSettings().value(QStringLiteral("window/theme")).toString();
    if (name == QLatin1String("dark"))
        return theme::Mode::Dark;
    return name == QLatin1String("light") ? theme::Mode::Light : theme::Mode::System;
}

Result<ConsoleTarget> targetOf(const CommandLine &line)
{
    return resolveConsoleTarget(line.value("db"), line.value("profile"));
}

CommandResult runConsole(const CommandContext &context)
{
    const auto target = targetOf(context.line);
    if (!target)
        return fail(target.error());
    Composition composition(WorkerStart::ByProfile);
    const std::unique_ptr<MainWindow> window = composition.createWindow();
    const ProcessSignals signals_([&window] { window->close(); });
    // The window goes at once; the program follows when the worker has finished what is in flight.
    QApplication::setQuitOnLastWindowClosed(false);
    QObject::connect(qApp, &QGuiApplication::lastWindowClosed, &composition,
                     [&composition] { composition.shutDown([] { QCoreApplication::quit(); }); });
    window->show();
    composition.open(*target);
    return QCoreApplication::exec();
}

Command consoleCommand()
{
    return {"console", {}, "opens the console", {}, 0, 0, runConsole};
}

CommandResult runDemoCommand(const CommandContext &context)
{
    const auto seconds = context.line.number("seconds", 1, 86'400);
    if (!seconds)
        return fail(seconds.error());
    DemoOptions options;
    options.seconds = seconds->value_or(0);
    options.shotsFolder = context.line.value("shots");
    options.target.profile = SettingsProfileStore::demoProfile();
    if (context.line.has("db") || context.line.has("profile")) {
        const auto target = targetOf(context.line);
        if (!target)
            return fail(target.error());
        options.target = *target;
    }
    return context.line.has("headless") ? runDemo(options) : runDemoWithWindow(options);
}

Result<QSize> sizeOf(const CommandLine &line)
{
    if (!line.has("size"))
        return QSize(1600, 1000);
    const QStringList sides = line.value("size").split('x');
    const QSize size(sides.value(0).toInt(), sides.value(1).toInt());
    if (sides.size() != 2 || size.width() < smallestWidth || size.height() < smallestHeight ||
        qMax(size.width(), size.height()) > largestSide)
        return fail(Error::Kind::Usage, QStringLiteral("--size"),
                    QStringLiteral("it takes WIDTHxHEIGHT, from 320x240 up"));
    return size;
}

CommandResult runShotCommand(const CommandContext &context)
{
    const CommandLine &line = context.line;
    ShotOptions options;
    options.page = line.words().constFirst();
    options.file = line.value("out");
    options.select = line.value("select");
    options.filter = line.value("filter");
    const QString theme = line.has("theme") ? line.value("theme") : QStringLiteral("light");
    if (options.file.isEmpty())
        return fail(Error::Kind::Usage, QStringLiteral("shot"), QStringLiteral("--out FILE.png is missing"));
    if (theme != QLatin1String("light") && theme != QLatin1String("dark"))
        return fail(Error::Kind::Usage, QStringLiteral("--theme"), QStringLiteral("it takes light or dark"));
    const auto size = sizeOf(line);
    if (!size)
        return fail(size.error());
    const auto target = targetOf(line);
    if (!target)
        return fail(target.error());
    options.size = *size;
    options.target = *target;
    theme::apply(*qobject_cast<QApplication *>(QCoreApplication::instance()),
                 theme == QLatin1String("dark") ? theme::Mode::Dark : theme::Mode::Light);
    if (const Done drawn = runShot(options); !drawn)
        return fail(drawn.error());
    return 0;
}

} // namespace

Command demoCommand()
{
    return {"demo",
            {},
            "private cluster, local receivers and sample traffic, console on top",
            {{"headless", {}, "without window"},
             {"seconds", "N", "stop by itself after this time"},
             {"shots", "DIR", "leave one picture of each page in this folder"}},
            0,
            0,
            runDemoCommand};
}

Command shotCommand()
{
    return {"shot",
            "PAGE",
            "draw a page into a PNG, without a display",
            {{"out", "FILE.png", "where to"},
             {"size", "WxH", "1600x1000 by default"},
             {"theme", "light|dark", "light by default"},
             {"select", "ID", "row to select"},
             {"filter", "EXPR", "filter to apply"}},
            1,
            1,
            runShotCommand};
}

bool drawsWindow(const QStringList &arguments)
{
    // Only a command line that can be read: a wrong one exits 2 on a server without a screen too.
    const bool isConsole = commandWord(arguments).isEmpty();
    const QList<Command> console{consoleCommand()};
    const auto parsed = isConsole ? parseArguments(QStringList{consoleCommand().name} + arguments, console)
                                  : parseArguments(arguments, commands());
    if (!parsed || parsed->wish != ParsedArguments::Wish::Run)
        return false;
    const QString name = parsed->command->name;
    return isConsole || name == QLatin1String("shot") ||
           (name == QLatin1String("demo") && !parsed->line.has(QStringLiteral("headless")));
}

void preparePlatform(const QStringList &arguments)
{
    if (commandWord(arguments) == QLatin1String("shot"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
}

int runWindowCommand(QApplication &application, const QStringList &arguments)
{
    theme::apply(application, savedTheme());
    if (!commandWord(arguments).isEmpty())
        return runCommand(arguments);
    // No word: the console. It has the common options and no others.
    return runCommand(QStringList{consoleCommand().name} + arguments, {consoleCommand()});
}

} // namespace signalbox
