#pragma once

#include "app/core/http_header.h"
#include "app/core/secret.h"
#include "app/core/signature_scheme.h"
#include "app/core/tls_material.h"

#include <QByteArray>
#include <QDateTime>
#include <QList>
#include <QString>
#include <QUuid>

#include <optional>

namespace signalbox {

/// How far an exchange came (design §4).
enum class Outcome {
    NeverConnected, ///< nothing was sent
    NoAnswer,       ///< sent, no answer: may have been processed
    Answered        ///< a status line arrived
};

/// Text stored in webhook_deliveries.outcome: never-connected, no-answer, answered.
QString outcomeName(Outcome outcome);

/// A job under our lease, with all that is needed to send it.
struct ClaimedJob
{
    QUuid id;
    QString endpointId;
    QString url;
    QByteArray payload;       ///< payload::text, byte for byte
    QByteArray customHeaders; ///< the column's JSON text; a job whose text is no object of strings fails
    QString eventType;
    int timeoutMs = 30'000;
    int attempts = 0; ///< recorded so far; this one is attempts + 1
    int maxAttempts = 1;
    QUuid leaseToken;
    QList<Secret> secrets; ///< new first (design §4, Snapshot)
    SignatureScheme signatureScheme = SignatureScheme::V1;
    QString signatureHeader; ///< empty: the scheme's usual one
    TlsMaterial tls;
    bool allowPrivateNetwork = false;
    QList<int> retryScheduleSeconds; ///< empty: default
    bool isTest = false;
    QString orderKey;         ///< stream, when the endpoint takes its jobs one after the other
    int maxInFlight = 32;     ///< requests to the endpoint at once, of this worker
    bool isThrottled = false; ///< the endpoint has a rate limit: what is claimed goes out at once
    bool isProbe = false;     ///< the one request that an open breaker lets through
    QString problem;          ///< why it cannot be sent at all, e.g. a payload longer than is read

    /// What it takes in memory while it is held.
    qint64 bytes() const
    {
        return payload.size() + customHeaders.size() + 2 * url.size() + tls.caCertificates.size() +
               tls.clientCertificate.size();
    }
};

/// How long the phases of one exchange took, in milliseconds; none: it did not happen or cannot be told.
struct ExchangeTimings
{
    std::optional<double> dnsMs;       ///< the name was looked up
    std::optional<double> connectMs;   ///< TCP; none on a connection that was kept alive
    std::optional<double> tlsMs;       ///< handshake, after TCP
    std::optional<double> firstByteMs; ///< since the request could go
    std::optional<bool> reusedConnection;
    QString httpVersion; ///< "1.0" or "1.1", once there is an answer
};

/// Whose a failure is.
enum class Fault {
    Receiver, ///< the endpoint's, or nobody can tell
    Job,      ///< the job itself cannot be sent: its headers, its secret, its URL
    Network,  ///< no name, no proxy, no route: the receiver's, or this machine's network's
    Machine,  ///< this machine has no means left to send (file descriptors)
    Lease     ///< the job's lease ran out before it could be sent
};

/// What one exchange gave.
struct ExchangeResult
{
    Outcome outcome = Outcome::NeverConnected;
    std::optional<int> statusCode;
    QByteArray responseBody; ///< at most 64 KiB, valid UTF-8, no NUL
    bool responseCut = false;
    QString error; ///< empty on a plain answer
    QString note;  ///< e.g. "response cut at 64 KiB"
    qint64 durationMs = 0;
    QList<HttpHeader> requestHeaders; ///< signature and custom values masked where secret
    QList<HttpHeader> responseHeaders;
    QByteArray retryAfter;
    ExchangeTimings timings;
    Fault fault = Fault::Receiver;
    bool hasTimedOut = false;

    /// The receiver was there.
    bool hasReached() const { return outcome != Outcome::NeverConnected; }
    bool succeeded() const { return statusCode && *statusCode >= 200 && *statusCode < 300; }
};

/// One attempt to be recorded.
struct AttemptRecord
{
    enum class Verdict { Completed, Retry, Gone };

    QUuid deliveryId; ///< made by the worker: recording twice after a lost commit stays one row
    QUuid jobId;
    QUuid leaseToken;
    QUuid workerId;
    QString endpointId;
    QString url; ///< that was sent to; only attempts at the endpoint's present one judge the endpoint
    QString eventType;
    int attempt = 1;
    bool isTest = false;
    ExchangeResult result;
    Verdict verdict = Verdict::Retry;
    /// For Retry, and for Gone when the URL is not the endpoint's any more: the job becomes failed instead
    /// when its attempts are used up.
    qint64 retryDelayMs = 0;
    bool isAsked = false; ///< the delay is the receiver's Retry-After, not the schedule's
    bool isProbe = false;
    QString orderKey;
    bool mayBeStored = false; ///< the connection was lost while it was recorded: its commit may be on its way

    /// Whether it says anything of the endpoint at its URL.
    bool judgesEndpoint() const { return !isTest && result.fault != Fault::Job; }
};

} // namespace signalbox
