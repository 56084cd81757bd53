#include "app/cli/follow_run.h"

#include "app/cli/output.h"
#include "app/cli/process_signals.h"

#include <QCoreApplication>
#include <QTimer>

namespace signalbox {

namespace {

constexpr int lookEveryMs = 1'000;

class Follow
{
public:
    Follow(OpenDatabase &database, const FollowRequest &request)
        : m_database(database)
        , m_request(request)
        , m_follower([this](int limit) { return read(limit); }, request.depth)
    {
    }

    // Errors that waiting does not mend; a lost database is told once.
    Done look()
    {
        const auto rows = m_follower.next();
        if (rows) {
            m_isLost = false;
            print(*rows);
            return flushData()
                       ? Done()
                       : fail(QStringLiteral("standard output"), QStringLiteral("it could not be written"));
        }
        if (rows.error().kind != Error::Kind::Unavailable)
            return fail(rows.error());
        m_database.connection.reset();
        if (!m_isLost)
            printMessage(rows.error().line() + QStringLiteral("; trying again"));
        m_isLost = true;
        return {};
    }

private:
    Result<QList<QSqlRecord>> read(int limit)
    {
        if (!m_database.connection) {
            auto connection = m_database.database.connect(Access::ReadOnly);
            if (!connection)
                return fail(connection.error());
            m_database.connection = std::move(*connection);
        }
        return m_request.read(*m_database.connection, limit);
    }

    void print(const QList<QSqlRecord> &rows)
    {
        RowSet set = m_request.shape;
        set.rows = rows;
        const QByteArray lines = formatFurtherRows(set, m_request.format, m_writer);
        if (!m_hasHeader && m_request.format == RowFormat::Table)
            printData(m_writer.header(set));
        if (!m_hasHeader && m_request.format == RowFormat::Csv)
            printData(csvHeader(set));
        m_hasHeader = true;
        printData(lines);
    }

    OpenDatabase &m_database;
    const FollowRequest &m_request;
    RowFollower m_follower;
    TableWriter m_writer;
    bool m_hasHeader = false;
    bool m_isLost = false;
};

} // namespace

Result<int> followRows(OpenDatabase &database, const FollowRequest &request)
{
    Follow follow(database, request);
    if (const Done first = follow.look(); !first)
        return fail(first.error());
    Done outcome;
    const ProcessSignals stop([] { QCoreApplication::exit(0); });
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, [&] {
        outcome = follow.look();
        if (!outcome)
            QCoreApplication::exit(0);
    });
    timer.start(lookEveryMs);
    QCoreApplication::exec();
    if (!outcome)
        return fail(outcome.error());
    return 0;
}

} // namespace signalbox
