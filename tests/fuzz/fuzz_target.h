#pragma once

#include <QByteArray>

#include <cstdio>
#include <cstdlib>

namespace signalbox {

/// One run of a target on foreign bytes. Each target defines it; libFuzzer calls it (fuzz_entry.cpp), and the
/// suite on the kept inputs (replay.cpp). Ends the program where a property does not hold.
void fuzzOne(const QByteArray &input);

/// Ends the program, naming the property, unless it holds. Not assert(): release builds check too.
inline void always(bool holds, const char *property)
{
    if (holds)
        return;
    std::fprintf(stderr, "does not hold: %s\n", property);
    std::abort();
}

/// The first byte as a number, and the rest: how a target takes a parameter from its input.
struct Parameter
{
    explicit Parameter(const QByteArray &input)
        : number(input.isEmpty() ? 0 : static_cast<unsigned char>(input.front()))
        , rest(input.mid(1))
    {
    }
    int number;
    QByteArray rest;
};

} // namespace signalbox
