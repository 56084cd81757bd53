#include "app/database/large_jobs.h"

#include "app/core/sql_state.h"
#include "app/database/delivery_statements.h"
#include "app/database/uuid_text.h"

#include <tuple>

namespace signalbox {

namespace {

const QString readWhat = QStringLiteral("read a large job");

// Longer than that the text of one value must not take: a number of a few bytes may be a hundred thousand
// digits.
constexpr int renderTimeoutMs = 5'000;

QString megabytes(qint64 bytes)
{
    return QStringLiteral("%1 MiB").arg(double(bytes) / (1024.0 * 1024.0), 0, 'f', 1);
}

// Rendered once: OFFSET 0 keeps the planner from putting the expression in twice. What is certainly too long
// is not rendered at all.
QString readSql(const QString &column)
{
    return QStringLiteral(R"(
SELECT text.least, octet_length(text.rendered)::bigint AS bytes,
       CASE WHEN octet_length(text.rendered) <= :most::bigint THEN text.rendered END AS rendered
FROM (SELECT value.least, CASE WHEN value.least <= :most::bigint THEN value.value::text END AS rendered
      FROM (SELECT job.%1 AS value, signalbox_least_text(job.%1) AS least
            FROM webhook_jobs job
            WHERE job.id = :job::uuid
            OFFSET 0) value
      OFFSET 0) text)")
        .arg(column);
}

} // namespace

LargeJobs::LargeJobs(PgConnection &connection, const ClaimRequest &request)
    : m_connection(connection)
    , m_left(request.textLimit)
    , m_mostMs(request.leaseMs / 4)
{
    m_time.start();
}

Result<bool> LargeJobs::complete(ClaimedJob &job, bool lacksPayload, bool lacksHeaders)
{
    if (!job.problem.isEmpty())
        return true;
    if ((lacksPayload || lacksHeaders) && isFull()) {
        m_others.append({job.id, job.leaseToken});
        return false;
    }
    for (const auto &[lacks, column, most] : {std::tuple(lacksPayload, Column::Payload, mostPayloadBytes),
                                              std::tuple(lacksHeaders, Column::Headers, mostHeaderBytes)}) {
        if (!lacks || !job.problem.isEmpty())
            continue;
        if (const auto alive = read(job, column, most); !alive)
            return alive;
    }
    m_left -= job.bytes();
    return true;
}

Result<bool> LargeJobs::read(ClaimedJob &job, Column column, qint64 most)
{
    const QString name =
        column == Column::Payload ? QStringLiteral("payload") : QStringLiteral("custom headers");
    auto transaction = Transaction::begin(m_connection);
    if (!transaction)
        return fail(transaction.error());
    const Done limited = m_connection.executeRaw(
        QStringLiteral("SET LOCAL statement_timeout = %1").arg(renderTimeoutMs), readWhat);
    if (!limited)
        return fail(limited.error());
    const auto rows = m_connection.query(
        readSql(column == Column::Payload ? QStringLiteral("payload") : QStringLiteral("custom_headers")),
        {{QStringLiteral(":most"), most}, {QStringLiteral(":job"), uuidText(job.id)}}, readWhat);
    if (!rows && rows.error().kind == Error::Kind::Unavailable)
        return fail(rows.error());
    if (!rows) {
        job.problem = name + QStringLiteral(" cannot be rendered: ") + briefReason(rows.error());
        return true;
    }
    const QSqlRecord row = rows->isEmpty() ? QSqlRecord() : rows->constFirst();
    const qint64 bytes = qMax(row.value("least").toLongLong(), row.value("bytes").toLongLong());
    if (bytes > most) {
        job.problem = QStringLiteral("%1 cannot be rendered: %2 of text, where %3 are the most")
                          .arg(name, megabytes(bytes), megabytes(most));
        return true;
    }
    (column == Column::Payload ? job.payload : job.customHeaders) = row.value("rendered").toString().toUtf8();
    return true;
}

Done LargeJobs::releaseOthers()
{
    if (m_others.isEmpty())
        return {};
    const auto released = releaseLeases(m_connection, m_others);
    if (!released)
        return fail(released.error());
    return {};
}

} // namespace signalbox
