#pragma once

#include "app/core/console.h"
#include "app/database/pg_connection.h"

namespace signalbox {

// Endpoints as the editor, the list and the commands see them. Removed ones are seen where that is said.
// Every change is validated here, whatever its sender did, and answers the endpoint's id. A reason is kept
// with the change in signalbox_changes; an empty one keeps none.

/// Endpoints with their health of the last hour, by id.
Result<QList<EndpointHealth>> listEndpoints(PgConnection &connection,
                                            EndpointScope scope = EndpointScope::Present);
/// One of them, removed ones too. `what` names the act in errors. Errors: NotFound.
Result<Endpoint> readEndpoint(PgConnection &connection, const QString &id, const QString &what);
/// The same, its row locked until the transaction ends.
Result<Endpoint> readLockedEndpoint(PgConnection &connection, const QString &id, const QString &what);
/// All columns but secrets, for the command.
Result<QList<QSqlRecord>> listEndpointRows(PgConnection &connection,
                                           EndpointScope scope = EndpointScope::Present);
/// Its columns, also when there is no row to ask.
QStringList endpointColumns();

/// Needs url and secret; without id one is made. An id that exists, also of a removed endpoint, is a
/// Conflict.
Result<QString> addEndpoint(PgConnection &connection, EndpointChange change);
/// Whether the endpoint will allow private networks once `change` is made. Errors: NotFound.
Result<bool> allowsPrivateNetwork(PgConnection &connection, const EndpointChange &change);
/// How the stored endpoint signs, which decides what kind of secret it takes. Errors: NotFound.
Result<SignatureScheme> signatureSchemeOf(PgConnection &connection, const QString &id);
/// Changes the members that are set. Another secret than the stored one rotates, with the usual overlap.
/// Errors: Conflict where a setting was changed since `change.basedOn`, judged under the row's lock.
Result<QString> changeEndpoint(PgConnection &connection, const EndpointChange &change);
/// Enabling clears the reason why it was disabled; its held jobs go out by themselves, after days of failures
/// behind one probe. Disabling keeps the reason given, else says that an operator did it.
Result<QString> setEndpointEnabled(PgConnection &connection, const QString &id, bool enabled,
                                   const QString &reason = {});
/// Closes an endpoint's circuit breaker, or holds it open until it is closed by hand.
Result<QString> setBreaker(PgConnection &connection, const QString &id, BreakerAction action,
                           const QString &reason = {});
/// The row and its history stay, its secrets do not; its open jobs are held.
Result<QString> removeEndpoint(PgConnection &connection, const QString &id, const QString &reason = {});
/// Brings a removed one back, disabled; a client certificate goes, as its key has. Errors: Conflict where it
/// is not removed.
Result<QString> restoreEndpoint(PgConnection &connection, const QString &id, const Secret &secret,
                                const QString &reason = {}, bool allowWeakSecret = false);
/// The previous secret goes on signing beside the new one for `overlapSeconds`; 0: it stops at once. Kept no
/// longer than that: the next change, or a worker's sweep, forgets it.
Result<QString> rotateSecret(PgConnection &connection, const QString &id, const Secret &secret,
                             qint64 overlapSeconds, bool allowWeakSecret = false, const QString &reason = {});
/// Forgets previous secrets whose overlap has ended, a thousand at a time; how many.
Result<int> forgetExpiredSecrets(PgConnection &connection);
Result<Secret> revealSecret(PgConnection &connection, const QString &id);

/// How many of the newest 1000 events a filter takes; judged by the function that fan-out uses.
Result<FilterMatchCount> countFilterMatches(PgConnection &connection, const QByteArray &eventFilter);

} // namespace signalbox
