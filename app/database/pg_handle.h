#pragma once

#include <libpq-fe.h>

#include <memory>

namespace signalbox {

struct FinishConnection
{
    void operator()(PGconn *connection) const { PQfinish(connection); }
};
/// libpq's connection. Belongs to the thread that opened it.
using PgHandle = std::unique_ptr<PGconn, FinishConnection>;

struct ClearResult
{
    void operator()(PGresult *result) const { PQclear(result); }
};
using PgResult = std::unique_ptr<PGresult, ClearResult>;

/// Whether the statement did what it was asked.
inline bool succeeded(const PGresult *result)
{
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
    case PGRES_EMPTY_QUERY:
        return true;
    default:
        return false;
    }
}

} // namespace signalbox
