#pragma once

// Included before every test file, see tests/CMakeLists.txt.

#include <QTest>

namespace signalbox::patience {

/// How long a condition may take at least, whatever a test asks for: a busy machine with a slow disk takes
/// its time, and a quick one waits no longer than it has to.
constexpr int leastMs = 60'000;

} // namespace signalbox::patience

// What every QTRY_… macro comes down to.
#undef QTRY_IMPL
#define QTRY_IMPL(expr, timeout)                                                                             \
    {                                                                                                        \
        QTRY_LOOP_IMPL(expr, qMax(int(timeout), signalbox::patience::leastMs), 20)                           \
    }
