#include "app/database/json_text.h"

namespace signalbox {

namespace {

// Deeper than this nothing is looked at: walking a value takes stack for each level.
constexpr int deepest = 1'000;

QString isShallow(const QString &column, int levels)
{
    return QStringLiteral("NOT jsonb_path_exists(%1, 'strict $.**{%2}')").arg(column).arg(levels + 1);
}

// `#> '{}'` answers the value itself, in memory: its size there is that of the decompressed value.
QString flatSize(const QString &column)
{
    return QStringLiteral("pg_column_size(%1 #> '{}')").arg(column);
}

// A number's digits are stored four to two octets, but neither the zeros of a large exponent nor those that
// trail after the point.
QString longDigits(const QString &column)
{
    return QStringLiteral(
               "(SELECT coalesce(sum(scale(digits.value) + CASE WHEN abs(digits.value) >= 1e100 "
               "THEN 131072 ELSE 0 END), 0) FROM (SELECT found.item::numeric AS value "
               "FROM jsonb_path_query(%1, 'strict $.**{0 to %2} ? (@.type() == \"number\")') found(item)) "
               "digits WHERE scale(digits.value) > 100 OR abs(digits.value) >= 1e100)")
        .arg(column)
        .arg(deepest);
}

} // namespace

QString jsonIsBounded(const QString &column, const JsonBounds &bounds)
{
    return QStringLiteral("(pg_column_size(%1) <= %2 AND %3 <= %4 AND %5 AND %6 <= %7)")
        .arg(column)
        .arg(bounds.stored)
        .arg(flatSize(column))
        .arg(bounds.flat)
        .arg(isShallow(column, deepest), longDigits(column))
        .arg(bounds.digits);
}

QString wholeJson(const QString &column)
{
    return QStringLiteral("CASE WHEN %1 THEN %2::text WHEN %2 IS NOT NULL THEN '\"%3\"' END")
        .arg(jsonIsBounded(column, wholeBounds), column, unrenderableText());
}

QString readableJson(const QString &column)
{
    // Each line of jsonb_pretty starts with four blanks a level.
    return QStringLiteral("CASE WHEN %1 THEN CASE WHEN (%2 <= 65536 AND %3) OR (%2 <= 1048576 AND %4) "
                          "THEN jsonb_pretty(%5) ELSE %5::text END "
                          "WHEN %5 IS NOT NULL THEN '%6: ' || pg_size_pretty(pg_column_size(%5)::bigint) || "
                          "' stored, more than can be shown as text' END")
        .arg(jsonIsBounded(column, wholeBounds), flatSize(column), isShallow(column, 64),
             isShallow(column, 12), column, unrenderableText());
}

QString jsonSize(const QString &column)
{
    return QStringLiteral("CASE WHEN %1 THEN octet_length(%2::text) ELSE pg_column_size(%2) END")
        .arg(jsonIsBounded(column, wholeBounds), column);
}

} // namespace signalbox
