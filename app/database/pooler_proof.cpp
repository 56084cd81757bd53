#include "app/database/pooler_proof.h"

#include <QElapsedTimer>

#include <poll.h>

#include <optional>

namespace signalbox {

namespace {

// Each round is four chances for a pooler to hand out another backend. Others' traffic may hide one of them.
constexpr int rounds = 5;
// A pooler whose pool is used up lets its clients wait, for two minutes as it is installed.
constexpr int patienceMs = 5'000;

QString what()
{
    return QStringLiteral("connect through the pooler");
}

tl::unexpected<Error> sharedSessions()
{
    return fail(Error::Kind::Refused, what(),
                QStringLiteral("it gives each transaction another session of the server"),
                QStringLiteral("Signalbox needs a direct or session-pooled connection: in PgBouncer set "
                               "pool_mode = session for this database"));
}

bool waitForInput(PGconn *connection, int timeoutMs)
{
    pollfd socket{PQsocket(connection), POLLIN, 0};
    return poll(&socket, 1, timeoutMs) > 0 && PQconsumeInput(connection) == 1;
}

// The last row's first value; empty when the server said no, nothing when it said nothing in time.
std::optional<QByteArray> ask(PGconn *connection, const char *sql)
{
    if (PQsendQuery(connection, sql) == 0)
        return std::nullopt;
    QElapsedTimer since;
    since.start();
    QByteArray answer;
    while (true) {
        while (PQisBusy(connection) == 1) {
            const qint64 left = patienceMs - since.elapsed();
            if (left <= 0 || !waitForInput(connection, int(left)))
                return std::nullopt;
        }
        const PgResult result(PQgetResult(connection));
        if (!result)
            return answer;
        if (!succeeded(result.get()))
            answer.clear();
        else if (PQntuples(result.get()) > 0)
            answer = PQgetvalue(result.get(), 0, 0);
    }
}

// Which backend answers, and when its statement began.
const char *const askMine = "SELECT pg_backend_pid() || ' ' || extract(epoch FROM statement_timestamp())";

// Which backend answers, and when the last statement of the other one began, unless the server keeps no book
// of that: nobody else may have used it.
QByteArray askTheirs(const QByteArray &mine, const QByteArray &since)
{
    return "SELECT pg_backend_pid() || ' ' || coalesce("
           "(SELECT extract(epoch FROM query_start) FROM pg_stat_activity WHERE pid = " +
           mine + "), " + since + ")";
}

// A pooler likes to hand out the backend that was given back last: asked right after each other, two sessions
// that share backends get the same one, or others took it meanwhile and left their trace. Nothing where an
// answer did not come: that proves neither.
std::optional<bool> areApart(PGconn *connection, PGconn *other, const QByteArray &mine,
                             const QByteArray &theirs)
{
    for (const char *const opening : {"", "BEGIN; "}) {
        const auto answer = ask(connection, askMine);
        if (!answer)
            return std::nullopt;
        if (!answer->startsWith(mine + ' '))
            return false;
        const QByteArray since = answer->mid(mine.size() + 1);
        const auto others = ask(other, (opening + askTheirs(mine, since)).constData());
        if (!others)
            return std::nullopt;
        if (*others != theirs + ' ' + since)
            return false;
    }
    const auto last = ask(connection, askMine);
    return last ? std::optional(last->startsWith(mine + ' ')) : std::nullopt;
}

} // namespace

bool isPooled(PGconn *connection, int backendPid)
{
    return PQbackendPID(connection) != backendPid;
}

Done proveOwnSession(PGconn *connection, int backendPid, const std::function<Result<PgHandle>()> &openAnother)
{
    auto other = openAnother();
    if (!other)
        return fail(other.error());
    const QByteArray mine = QByteArray::number(backendPid);
    const QByteArray theirs = ask(other->get(), "SELECT pg_backend_pid()").value_or(QByteArray());
    if (theirs.isEmpty())
        return fail(Error::Kind::Unavailable, what(),
                    QStringLiteral("it gave no second session within %1 s").arg(patienceMs / 1'000),
                    QStringLiteral("its pool is used up: raise default_pool_size, a worker needs five"));
    if (theirs == mine)
        return sharedSessions();
    for (int round = 0; round < rounds; ++round) {
        const auto apart = areApart(connection, other->get(), mine, theirs);
        if (!apart)
            return fail(Error::Kind::Unavailable, what(),
                        QStringLiteral("it gave no answer within %1 s").arg(patienceMs / 1'000),
                        QStringLiteral("see whether its server answers, and whether its pool is used up"));
        if (!*apart)
            return sharedSessions();
        const PgResult ended(PQexec(other->get(), "ROLLBACK"));
    }
    return {};
}

} // namespace signalbox
