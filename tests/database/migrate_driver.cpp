#include "app/database/migrator.h"

#include <QCoreApplication>

#include <cstdio>

using namespace signalbox;

// Migrates one database up, in a process of its own that tests can kill: HOST PORT DATABASE DIRECTORY.
int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    ConnectionSettings settings;
    settings.host = arguments.value(1);
    settings.port = arguments.value(2).toInt();
    settings.database = arguments.value(3);
    settings.user = QStringLiteral("postgres");
    const auto connection = PgConnection::open(settings);
    if (!connection) {
        std::fprintf(stderr, "%s\n", qPrintable(connection.error().line()));
        return 1;
    }
    const auto report = Migrator(**connection, {}, arguments.value(4)).up();
    if (!report) {
        std::fprintf(stderr, "%s\n", qPrintable(report.error().line()));
        return 1;
    }
    std::printf("%d\n", int(report->steps.size()));
    return 0;
}
