#include "app/database/pg_error.h"

#include <QStringList>

namespace signalbox {

namespace {

// SQLSTATE classes after which the session is gone: 08 connection exceptions, 57P01..57P03 shutdown and
// crash, 57P05 idle for too long.
bool meansLostSession(const QString &sqlState)
{
    return sqlState.startsWith("08") || sqlState == "57P01" || sqlState == "57P02" || sqlState == "57P03" ||
           sqlState == "57P05";
}

Error::Kind kindOf(const QString &sqlState)
{
    if (sqlState == "23505" || sqlState == "40001" || sqlState == "40P01")
        return Error::Kind::Conflict;
    if (sqlState == "25006" || sqlState == "42501")
        return Error::Kind::Refused;
    return Error::Kind::Failed;
}

QString fieldOf(const PGresult *result, int field)
{
    return QString::fromUtf8(PQresultErrorField(result, field));
}

// The severity that stands before the message is in the server's language.
QString wholeMessage(const PGresult *result)
{
    QString text = QString::fromUtf8(PQresultErrorMessage(result)).trimmed();
    const QString severity = fieldOf(result, PG_DIAG_SEVERITY) + ':';
    if (text.startsWith(severity))
        text = text.mid(severity.size());
    return text.simplified();
}

// What libpq says, without its guess at what may have happened.
QString sentenceOf(PGconn *connection)
{
    QStringList said;
    for (QString line : QString::fromUtf8(PQerrorMessage(connection)).split('\n')) {
        const bool isGuess = line.startsWith(QLatin1String("\tThis probably means")) ||
                             line.startsWith(QLatin1String("\tbefore or while processing"));
        line = line.simplified();
        if (line.startsWith(QLatin1String("FATAL: ")))
            line = line.mid(7);
        if (!line.isEmpty() && !isGuess)
            said << line;
    }
    return said.join(QStringLiteral("; "));
}

} // namespace

bool isGone(PGconn *connection, const QString &sqlState)
{
    return meansLostSession(sqlState) || PQstatus(connection) != CONNECTION_OK;
}

Error errorOf(PGconn *connection, const PGresult *result, const QString &what, Wording wording)
{
    Error error;
    error.what = what;
    error.sqlState = fieldOf(result, PG_DIAG_SQLSTATE);
    // The server's own errors have a SQLSTATE: one without is libpq's, who lost the server, whatever it still
    // takes the connection for.
    if (!result || error.sqlState.isEmpty())
        return lossOf(connection, what);
    const QString sentence = fieldOf(result, PG_DIAG_MESSAGE_PRIMARY).simplified();
    error.why = wording == Wording::Whole || sentence.isEmpty() ? wholeMessage(result) : sentence;
    const bool gone = isGone(connection, error.sqlState);
    error.kind = gone ? Error::Kind::Unavailable : kindOf(error.sqlState);
    if (error.why.isEmpty())
        error.why =
            gone ? QStringLiteral("the server went away") : QStringLiteral("the server did not say why");
    return error;
}

Error lossOf(PGconn *connection, const QString &what)
{
    Error error;
    error.kind = Error::Kind::Unavailable;
    error.what = what;
    error.why = sentenceOf(connection);
    if (error.why.isEmpty())
        error.why = QStringLiteral("the server went away");
    return error;
}

} // namespace signalbox
