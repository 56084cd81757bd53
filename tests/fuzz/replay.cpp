#include "tests/fuzz/fuzz_target.h"

#include <QDir>
#include <QFile>

#include <cstdio>

// Feeds a target every kept input of a directory, once: the regression test that needs no fuzzer.
int main(int count, char **arguments)
{
    if (count != 2) {
        std::fprintf(stderr, "usage: %s DIRECTORY\n", arguments[0]);
        return 2;
    }
    const QDir corpus(QString::fromLocal8Bit(arguments[1]));
    const QStringList names = corpus.entryList(QDir::Files, QDir::Name);
    for (const QString &name : names) {
        QFile file(corpus.filePath(name));
        if (!file.open(QIODevice::ReadOnly)) {
            std::fprintf(stderr, "%s: %s\n", qPrintable(name), qPrintable(file.errorString()));
            return 1;
        }
        // Said before, so that an input that ends the program is known.
        std::printf("%s\n", qPrintable(name));
        std::fflush(stdout);
        signalbox::fuzzOne(file.readAll());
    }
    if (names.isEmpty())
        std::fprintf(stderr, "%s holds no input\n", arguments[1]);
    return names.isEmpty() ? 1 : 0;
}
