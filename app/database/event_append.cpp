#include "app/database/event_append.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace signalbox {

namespace {

constexpr int longestName = 255; // of the columns
constexpr qsizetype batchBytes = 4 * 1024 * 1024;
constexpr int mostTries = 5;

QString actName(const AppendRequest &request)
{
    return QStringLiteral("append to ") + request.stream;
}

tl::unexpected<Error> refuse(const AppendRequest &request, const QString &why)
{
    return fail(Error::Kind::Refused, actName(request), why);
}

tl::unexpected<Error> refuseDocument(const AppendRequest &request, qsizetype index, const QString &why)
{
    const QString what = request.payloads.size() == 1
                             ? actName(request)
                             : QStringLiteral("%1, document %2").arg(actName(request)).arg(index + 1);
    return fail(Error{Error::Kind::Refused, what, why, {}, {}, index});
}

bool isName(const QString &name)
{
    return !name.isEmpty() && name.toUcs4().size() <= longestName && !name.contains(QChar(0));
}

Done validate(const AppendRequest &request)
{
    if (!isName(request.stream))
        return refuse(request,
                      QStringLiteral("a stream needs a name of 1 to %1 characters").arg(longestName));
    if (!isName(request.type))
        return refuse(request, QStringLiteral("an event type has 1 to %1 characters").arg(longestName));
    if (request.expectedVersion && *request.expectedVersion < 0)
        return refuse(request, QStringLiteral("a version is not negative; 0 means a new stream"));
    if (request.payloads.isEmpty())
        return refuse(request, QStringLiteral("there is no document to append"));
    if (!request.metadata.isEmpty() &&
        (!request.metadata.isValidUtf8() || !request.metadata.trimmed().startsWith('{')))
        return refuse(request, QStringLiteral("the metadata is not a JSON object"));
    for (qsizetype index = 0; index < request.payloads.size(); ++index) {
        const QByteArray &payload = request.payloads.at(index);
        if (!payload.isValidUtf8() || payload.contains('\0'))
            return refuseDocument(request, index, QStringLiteral("it is not UTF-8 text"));
    }
    return {};
}

// The documents travel as strings, not as JSON: each must be one document of its own, and the server parses
// the very text it was given.
QByteArray asArrayOfStrings(const QList<QByteArray> &payloads, qsizetype first, qsizetype last)
{
    nlohmann::json array = nlohmann::json::array();
    for (qsizetype index = first; index < last; ++index)
        array.push_back(payloads.at(index).toStdString());
    return QByteArray::fromStdString(array.dump());
}

QVariant orNull(const QUuid &id)
{
    return id.isNull() ? QVariant(QMetaType::fromType<QString>())
                       : QVariant(id.toString(QUuid::WithoutBraces));
}

// The version of the stream, from its row and from its events: rows may have been loaded without the trigger.
Result<int> currentVersion(PgConnection &connection, const AppendRequest &request)
{
    const auto rows = connection.query(
        QStringLiteral("SELECT greatest("
                       "  coalesce((SELECT current_version FROM event_streams WHERE id = :stream::text), 0),"
                       "  coalesce((SELECT max(version) FROM events WHERE stream_id = :stream::text), 0))"),
        {{QStringLiteral(":stream"), request.stream}}, actName(request));
    if (!rows)
        return fail(rows.error());
    return rows->constFirst().value(0).toInt();
}

tl::unexpected<Error> conflict(const AppendRequest &request, int version)
{
    return fail(
        Error::Kind::Conflict, actName(request),
        QStringLiteral("expected version %1, stream is at %2").arg(*request.expectedVersion).arg(version));
}

// A new stream has no row to lock, so its name is locked too; the row, for producers that lock it as we do.
Done lockStream(PgConnection &connection, const AppendRequest &request)
{
    const Bindings bindings{{QStringLiteral(":stream"), request.stream}};
    const auto name =
        connection.query(QStringLiteral("SELECT pg_advisory_xact_lock(hashtextextended(:stream::text, 0))"),
                         bindings, actName(request));
    if (!name)
        return fail(name.error());
    const auto row =
        connection.query(QStringLiteral("SELECT id FROM event_streams WHERE id = :stream::text FOR UPDATE"),
                         bindings, actName(request));
    if (!row)
        return fail(row.error());
    return {};
}

Result<QList<QUuid>> insertBatch(PgConnection &connection, const AppendRequest &request, int version,
                                 qsizetype first, qsizetype last)
{
    const auto rows = connection.query(
        QStringLiteral(
            "INSERT INTO events (id, event_type, stream_id, version, payload, metadata, correlation_id,"
            " causation_id, timestamp)"
            " SELECT gen_random_uuid(), :type::text, :stream::text, :version::integer + item.number::integer,"
            " item.document::jsonb, :metadata::jsonb, :correlation::uuid, :causation::uuid, now()"
            " FROM jsonb_array_elements_text(:documents::jsonb) WITH ORDINALITY AS item (document, number)"
            " ORDER BY item.number RETURNING id"),
        {{QStringLiteral(":type"), request.type},
         {QStringLiteral(":stream"), request.stream},
         {QStringLiteral(":version"), version},
         {QStringLiteral(":metadata"),
          request.metadata.isEmpty() ? QStringLiteral("{}") : QString::fromUtf8(request.metadata)},
         {QStringLiteral(":correlation"), orNull(request.correlation)},
         {QStringLiteral(":causation"), orNull(request.causation)},
         {QStringLiteral(":documents"), QString::fromUtf8(asArrayOfStrings(request.payloads, first, last))}},
        actName(request));
    if (!rows)
        return fail(rows.error());
    QList<QUuid> ids;
    for (const QSqlRecord &row : *rows)
        ids.append(QUuid(row.value(0).toString()));
    return ids;
}

Result<AppendResult> insertAll(PgConnection &connection, const AppendRequest &request, int version)
{
    AppendResult result;
    result.firstVersion = version + 1;
    for (qsizetype first = 0; first < request.payloads.size();) {
        qsizetype last = first;
        for (qsizetype bytes = 0; last < request.payloads.size() && (last == first || bytes < batchBytes);
             ++last)
            bytes += request.payloads.at(last).size();
        auto ids = insertBatch(connection, request, version + int(first), first, last);
        if (!ids)
            return fail(std::move(ids.error()));
        result.ids += *ids;
        first = last;
    }
    result.lastVersion = version + int(request.payloads.size());
    return result;
}

Result<AppendResult> appendOnce(PgConnection &connection, const AppendRequest &request)
{
    auto transaction = Transaction::begin(connection);
    if (!transaction)
        return fail(std::move(transaction.error()));
    if (Done locked = lockStream(connection, request); !locked)
        return fail(std::move(locked.error()));
    const auto version = currentVersion(connection, request);
    if (!version)
        return fail(version.error());
    if (request.expectedVersion && *request.expectedVersion != *version)
        return conflict(request, *version);
    auto result = insertAll(connection, request, *version);
    if (!result)
        return result;
    if (Done committed = transaction->commit(); !committed)
        return fail(std::move(committed.error()));
    return result;
}

// Which part of a refused request the server cannot read.
Error namedFault(PgConnection &connection, const AppendRequest &request, Error error)
{
    const QString probe = QStringLiteral("SELECT jsonb_typeof(:document::jsonb)");
    if (!request.metadata.isEmpty()) {
        const auto kind = connection.query(
            probe, {{QStringLiteral(":document"), QString::fromUtf8(request.metadata)}}, actName(request));
        if (!kind)
            return refuse(request, QStringLiteral("the metadata: ") + kind.error().why).value();
    }
    for (qsizetype index = 0; index < request.payloads.size(); ++index) {
        const auto kind = connection.query(
            probe, {{QStringLiteral(":document"), QString::fromUtf8(request.payloads.at(index))}},
            actName(request));
        if (!kind && kind.error().kind != Error::Kind::Unavailable)
            return refuseDocument(request, index, kind.error().why).value();
    }
    return error;
}

} // namespace

Result<AppendResult> appendEvents(PgConnection &connection, const AppendRequest &request)
{
    if (Done valid = validate(request); !valid)
        return fail(std::move(valid.error()));
    for (int tries = 1;; ++tries) {
        auto result = appendOnce(connection, request);
        if (result || result.error().kind == Error::Kind::Unavailable ||
            result.error().kind == Error::Kind::Refused)
            return result;
        if (result.error().kind != Error::Kind::Conflict)
            return fail(namedFault(connection, request, result.error()));
        if (result.error().sqlState.isEmpty())
            return result; // our own comparison
        // A producer that does not take our lock was faster.
        if (request.expectedVersion) {
            const auto version = currentVersion(connection, request);
            if (!version)
                return fail(version.error());
            return conflict(request, *version);
        }
        if (tries == mostTries)
            return result;
    }
}

} // namespace signalbox
