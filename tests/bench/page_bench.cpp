// What the window waits for: the first rows of each filter, or the first word of how far the search is, and
// the whole of it; and the Overview of each range. One connection, as the window has it. Filters come on the
// standard input, a line each: table, tabulator, filter.

#include "app/database/overview_queries.h"
#include "app/database/page_queries.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTextStream>

#include <algorithm>
#include <optional>

using namespace signalbox;

namespace {

constexpr int shownRows = 200;

std::optional<Table> tableNamed(const QString &name)
{
    const QStringList names{QStringLiteral("jobs"), QStringLiteral("deliveries"), QStringLiteral("events"),
                            QStringLiteral("streams")};
    const qsizetype index = names.indexOf(name);
    return index < 0 ? std::nullopt : std::optional(Table(index));
}

struct Waited
{
    qint64 firstMs = 0; ///< until there were rows, or a word of how far it is
    qint64 allMs = 0;
    qsizetype rows = 0;
};

Result<Waited> readOnce(PgConnection &connection, Table table, const Filter &filter)
{
    PageRequest request;
    request.table = table;
    request.filter = filter;
    request.limit = shownRows;
    if (table == Table::Streams)
        request.sort.column = QStringLiteral("updated_at");
    QElapsedTimer clock;
    clock.start();
    std::optional<qint64> firstWord;
    request.watch.progress = [&](const SearchProgress &) {
        if (!firstWord)
            firstWord = clock.elapsed();
    };
    const auto page = readPage(connection, request);
    if (!page)
        return fail(page.error());
    const qint64 all = clock.elapsed();
    return Waited{firstWord.value_or(all), all, page->rows.size()};
}

int complain(const Error &error)
{
    QTextStream(stderr) << error.line() << '\n';
    return 1;
}

int measurePages(PgConnection &connection, int runs)
{
    QTextStream input(stdin), output(stdout);
    output << "table\tfilter\tfirst ms\tall ms\trows\n";
    for (QString line = input.readLine(); !line.isNull(); line = input.readLine()) {
        const auto table = tableNamed(line.section('\t', 0, 0));
        const QString text = line.section('\t', 1);
        if (!table)
            return complain({Error::Kind::Usage, QStringLiteral("table"), line, {}, {}, -1});
        const auto filter = parseFilter(text, *table);
        if (!filter)
            return complain(filter.error());
        QList<Waited> waits;
        for (int run = 0; run < runs; ++run) {
            const auto waited = readOnce(connection, *table, *filter);
            if (!waited)
                return complain(waited.error());
            waits << *waited;
        }
        std::sort(waits.begin(), waits.end(),
                  [](const Waited &one, const Waited &other) { return one.allMs < other.allMs; });
        const Waited &median = waits.at(waits.size() / 2);
        output << line.section('\t', 0, 0) << '\t' << (text.isEmpty() ? QStringLiteral("(none)") : text)
               << '\t' << median.firstMs << '\t' << median.allMs << '\t' << median.rows << Qt::endl;
    }
    return 0;
}

int measureOverview(PgConnection &connection, int runs)
{
    QTextStream output(stdout);
    output << "range\tms\n";
    constexpr qint64 hour = 3'600;
    for (const qint64 seconds : {hour / 12, hour, 24 * hour, 7 * 24 * hour, 30 * 24 * hour}) {
        OverviewRequest request;
        request.windowSeconds = seconds;
        QList<qint64> times;
        for (int run = 0; run < runs; ++run) {
            QElapsedTimer clock;
            clock.start();
            if (const auto overview = readOverview(connection, request); !overview)
                return complain(overview.error());
            times << clock.elapsed();
        }
        std::sort(times.begin(), times.end());
        output << seconds << '\t' << times.at(times.size() / 2) << Qt::endl;
    }
    return 0;
}

} // namespace

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    const QCommandLineOption db(QStringLiteral("db"), QStringLiteral("libpq URI"), QStringLiteral("uri"));
    const QCommandLineOption runs(QStringLiteral("runs"), QStringLiteral("of each; the median counts"),
                                  QStringLiteral("n"), QStringLiteral("3"));
    const QCommandLineOption overview(QStringLiteral("overview"),
                                      QStringLiteral("the Overview, not the pages"));
    parser.addOptions({db, runs, overview});
    parser.addHelpOption();
    parser.process(application);
    const auto settings = ConnectionSettings::fromUri(parser.value(db));
    if (!settings)
        return complain(settings.error());
    const auto connection = PgConnection::open(settings->forReading());
    if (!connection)
        return complain(connection.error());
    const int times = qMax(1, parser.value(runs).toInt());
    return parser.isSet(overview) ? measureOverview(**connection, times) : measurePages(**connection, times);
}
