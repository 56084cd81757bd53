#include "app/database/page_search.h"

#include "app/database/time_budget.h"

#include <QElapsedTimer>

#include <algorithm>

namespace signalbox {

namespace {

// A plan for the whole beats the sum of the slices where little is found: worth a try that is this long.
constexpr int wholeMs = 2'000;
constexpr int leastSliceMs = 100;
constexpr int mostSliceMs = 400;
// A slice may be slow where many rows of one moment lie; the session's own timeout still holds.
constexpr qint64 leastWidth = 1'000;    // µs
constexpr qint64 slicesAtFirst = 1'000; // of the whole span

/// Nothing where it takes too long. A row that cannot be read as a whole needs statements of its own, which a
/// transaction that failed does not take.
Result<std::optional<QList<QSqlRecord>>> readPromptly(const RowReader &reader, const Bindings &bindings,
                                                      int promptMs)
{
    if (promptMs == 0)
        return std::optional<QList<QSqlRecord>>();
    auto rows = readWithin(reader.connection, promptMs, reader.what, [&] { return reader.read(bindings); });
    if (rows || !reader.connection.isAlive())
        return rows;
    auto whole = reader.read(bindings);
    if (!whole)
        return fail(whole.error());
    return std::optional(std::move(*whole));
}

/// Where the order begins and ends, as microseconds since 1970; rows at infinity lie beyond.
struct Span
{
    qint64 newest = 0;
    qint64 oldest = 0;
    bool isEmpty = true;
};

// Each state has an index of its own, whose ends are read.
Result<Span> spanOf(const RowReader &reader, const std::optional<Binding> &cursor)
{
    const RowFinder &finder = reader.finder;
    FilterSql unfiltered;
    unfiltered.table = finder.filter.table;
    unfiltered.statuses = finder.filter.statuses;
    QStringList ends;
    for (const QString &branch : unfiltered.branches()) {
        for (const char *direction : {"ASC", "DESC"})
            ends << QStringLiteral("(SELECT %1.%2 AS at FROM %3 %1 WHERE %4 AND isfinite(%1.%2) "
                                   "ORDER BY %1.%2 %5, %1.id %5 LIMIT 1)")
                        .arg(finder.table.alias, finder.sortColumn, finder.table.name, branch,
                             QLatin1String(direction));
    }
    const QString micros = QStringLiteral("(extract(epoch FROM %1) * 1000000)::bigint");
    const QString newest =
        cursor ? QStringLiteral("least(max(at), CASE WHEN isfinite(:cursor_value::timestamptz) "
                                "THEN :cursor_value::timestamptz END)")
               : QStringLiteral("max(at)");
    const auto rows =
        reader.connection.query(QStringLiteral("SELECT %1, %2 FROM (%3) ends")
                                    .arg(micros.arg(newest), micros.arg(QStringLiteral("min(at)")),
                                         ends.join(QStringLiteral(" UNION ALL "))),
                                cursor ? Bindings{*cursor} : Bindings{}, reader.what);
    if (!rows)
        return fail(rows.error());
    const QSqlRecord &row = rows->constFirst();
    if (row.isNull(0) || row.isNull(1))
        return Span{};
    return Span{row.value(0).toLongLong(), row.value(1).toLongLong(), false};
}

/// A walk through the order, slice by slice.
class SliceWalk
{
public:
    SliceWalk(const RowReader &reader, const Span &span)
        : m_reader(reader)
        , m_span(span)
        , m_upper(span.newest)
        , m_width(std::max(leastWidth, (span.newest - span.oldest) / slicesAtFirst))
    {
    }

    bool isAtEnd() const { return m_isAtEnd; }

    double share() const
    {
        const double whole = double(m_span.newest - m_span.oldest);
        return m_isAtEnd || whole <= 0 ? 1.0 : std::clamp(double(m_span.newest - m_upper) / whole, 0.0, 1.0);
    }

    Result<QList<QSqlRecord>> next(const Bindings &bindings, qint64 limit)
    {
        const qint64 lower = m_upper - m_width;
        const bool isLast = lower < m_span.oldest;
        RowFinder finder = m_reader.finder;
        Bindings bound = bindings + Bindings{{":limit", limit}};
        const QString moment = QStringLiteral("'epoch'::timestamptz + %1::bigint * interval '1 microsecond'");
        const QString column = finder.table.alias + '.' + finder.sortColumn;
        if (!m_isFirst) {
            finder.slice +=
                QStringLiteral(" AND %1 < %2").arg(column, moment.arg(QStringLiteral(":slice_to")));
            bound << Binding{":slice_to", m_upper};
        }
        if (!isLast) { // the last one takes what lies at -infinity too
            finder.slice +=
                QStringLiteral(" AND %1 >= %2").arg(column, moment.arg(QStringLiteral(":slice_from")));
            bound << Binding{":slice_from", lower};
        }
        QElapsedTimer clock;
        clock.start();
        auto rows = m_reader.with(finder).read(bound);
        if (!rows)
            return rows;
        fit(clock.elapsed());
        m_isFirst = false;
        m_isAtEnd = isLast;
        m_upper = lower;
        return rows;
    }

private:
    void fit(qint64 elapsedMs)
    {
        if (elapsedMs < leastSliceMs)
            m_width *= 2;
        else if (elapsedMs > mostSliceMs)
            m_width = std::max(leastWidth, m_width / 2);
    }

    const RowReader &m_reader;
    const Span m_span;
    qint64 m_upper;
    qint64 m_width;
    bool m_isFirst = true;
    bool m_isAtEnd = false;
};

} // namespace

bool isSearchable(const RowFinder &finder)
{
    return finder.descending && finder.shownDescending && finder.sortType == QLatin1String("timestamptz");
}

Result<FoundRows> searchRows(const RowReader &reader, const Bindings &bindings, int limit,
                             const SearchWatch &watch)
{
    auto prompt = readPromptly(reader, bindings + Bindings{{":limit", qint64(limit)}}, watch.promptMs);
    if (!prompt)
        return fail(prompt.error());
    if (*prompt)
        return FoundRows{std::move(**prompt), false};
    if (watch.progress)
        watch.progress(SearchProgress{});
    const bool isWanted = !watch.stopRequested || !*watch.stopRequested;
    if (watch.promptMs > 0 && isWanted) {
        auto whole = readPromptly(reader, bindings + Bindings{{":limit", qint64(limit)}}, wholeMs);
        if (!whole)
            return fail(whole.error());
        if (*whole)
            return FoundRows{std::move(**whole), false};
    }
    const auto at = std::find_if(bindings.cbegin(), bindings.cend(), [](const Binding &binding) {
        return binding.name == QLatin1String(":cursor_value");
    });
    const auto span = spanOf(reader, at == bindings.cend() ? std::nullopt : std::optional(*at));
    if (!span)
        return fail(span.error());
    FoundRows found;
    if (span->isEmpty)
        return found;
    SliceWalk walk(reader, *span);
    while (!walk.isAtEnd() && found.rows.size() < limit) {
        if (watch.stopRequested && *watch.stopRequested) {
            found.stopped = true;
            return found;
        }
        if (watch.progress)
            watch.progress(SearchProgress{walk.share(), found.rows.size()});
        const auto rows = walk.next(bindings, limit - found.rows.size());
        if (!rows)
            return fail(rows.error());
        found.rows += *rows;
    }
    return found;
}

} // namespace signalbox
