#include "app/database/private_cluster.h"

#include <QCoreApplication>

#include <cstdio>

using namespace signalbox;

// A user of a private cluster in a process of its own, which tests can end or kill: DATA SOCKET. Says "ready"
// once it has it, and gives it up at the end of its input.
int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    ClusterOptions options;
    options.durable = false;
    const auto cluster = PrivateCluster::acquire(
        {QCoreApplication::arguments().value(1), QCoreApplication::arguments().value(2)}, {}, options);
    if (!cluster) {
        std::fprintf(stderr, "%s\n", qPrintable(cluster.error().line()));
        return 1;
    }
    std::puts("ready");
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    return 0;
}
