#pragma once

#include "app/core/endpoint_judgement.h"
#include "app/core/http_header.h"
#include "app/core/result.h"
#include "app/core/secret.h"
#include "app/core/signature_scheme.h"
#include "app/core/tls_material.h"

#include <QDateTime>
#include <QList>
#include <QString>

#include <optional>

namespace signalbox {

// What may be set, at most; the checks below and the editor go by it.
inline constexpr int longestTimeoutMs = 3'600'000;
inline constexpr int mostRetries = 100;
inline constexpr int mostInFlight = 1'000;

/// Days of nothing but failures after which an endpoint is disabled.
inline constexpr int givenUpAfterDays = 5;

/// A registered webhook endpoint, without its secret and its client key.
struct Endpoint
{
    QString id;
    QString url;
    QString description;
    QByteArray eventFilter; ///< JSON text, empty = all events
    QList<HttpHeader> customHeaders;
    int timeoutMs = 30'000;
    int maxRetries = 3;
    bool enabled = true;
    bool allowPrivateNetwork = false;
    /// Retry schedule of its own, seconds; empty = the default schedule (design §4).
    QList<int> retryScheduleSeconds;
    int maxInFlight = 32;            ///< requests at once, of each worker
    std::optional<double> rateLimit; ///< requests per second, of all workers
    std::optional<int> rateBurst;    ///< requests at once after a pause; none: one second's worth
    bool ordered = false;            ///< jobs of a stream one after the other, by version
    QString disabledReason;
    std::optional<QDateTime> disabledAt;
    bool discardWhileDisabled = false;
    qint64 missedEvents = 0; ///< events discarded while disabled
    std::optional<QDateTime> previousSecretExpires;
    SignatureScheme signatureScheme = SignatureScheme::V1;
    QString signatureHeader;      ///< empty: the scheme's usual one
    QString publicKey;            ///< whpk_..., for receivers; only where a whsk_ secret signs
    QByteArray caCertificates;    ///< PEM, beside the system's
    QByteArray clientCertificate; ///< PEM
    bool hasClientKey = false;
    QDateTime createdAt;
    QDateTime updatedAt;
    std::optional<QDateTime> removedAt; ///< its row and history stay, its secrets do not
};

/// Which endpoints are meant.
enum class EndpointScope { Present, Removed, All };

/// Circuit breaker of an endpoint, shared by all workers.
enum class Breaker {
    Closed,
    Open,     ///< nothing goes out until the next probe
    HalfOpen, ///< one probe is out
    Held      ///< an operator holds it open
};

/// Text stored in signalbox_endpoint_state.breaker: closed, open, half-open, held. Unknown text is Closed.
QString breakerName(Breaker breaker);
Breaker breakerByName(const QString &name);

/// An endpoint with the health the list shows. Rates and percentiles cover the last hour; test sends count in
/// none of its figures, and attempts that never connected have no duration.
struct EndpointHealth
{
    Endpoint endpoint;
    qint64 deliveries = 0;
    qint64 succeeded = 0;
    qint64 failed = 0;
    std::optional<double> successRate; ///< 0..1; none without deliveries
    std::optional<double> p95Ms;
    qint64 pendingJobs = 0;
    qint64 failedJobs = 0;
    Breaker breaker = Breaker::Closed;
    QString breakerReason;
    std::optional<QDateTime> breakerSince;
    std::optional<QDateTime> nextProbe;    ///< of an open breaker
    std::optional<QDateTime> failingSince; ///< first failure after the last success
    QDateTime lastDelivery;
    QString lastOutcome;               ///< e.g. "HTTP 500", "sent, no answer"
    QString lastError;                 ///< of the same attempt, in the transport's words; empty: none
    QList<double> deliveriesPerBucket; ///< last hour, oldest first, for the sparkline
    AttemptTally newest;               ///< what isFailing() judges it by

    EndpointStanding standing() const
    {
        return {endpoint.enabled, breaker == Breaker::Open || breaker == Breaker::HalfOpen, newest};
    }
};

/// What an editor or `endpoint add|set` hands over. Only set members change; an unset secret keeps the stored
/// one.
struct EndpointChange
{
    QString id;
    std::optional<QString> url;
    std::optional<QString> description;
    std::optional<QByteArray> eventFilter;
    std::optional<QList<HttpHeader>> customHeaders;
    std::optional<int> timeoutMs;
    std::optional<int> maxRetries;
    std::optional<bool> allowPrivateNetwork;
    std::optional<QList<int>> retryScheduleSeconds;
    std::optional<int> maxInFlight;
    std::optional<double> rateLimit; ///< 0 removes the limit, and its burst
    std::optional<int> rateBurst;    ///< 0: one second's worth
    std::optional<bool> ordered;
    std::optional<bool> discardWhileDisabled;
    std::optional<Secret> secret;
    bool allowWeakSecret = false; ///< takes a secret that validateSecretStrength() refuses
    std::optional<SignatureScheme> signatureScheme;
    std::optional<QString> signatureHeader;      ///< empty: the scheme's usual one
    std::optional<QByteArray> caCertificates;    ///< PEM; empty: none
    std::optional<QByteArray> clientCertificate; ///< PEM; empty: none
    std::optional<Secret> clientKey;             ///< PEM; empty: none
    QString reason;                              ///< kept in signalbox_changes; may be empty
    /// The endpoint as it was seen by whoever changes it; with it, a setting that somebody else changed since
    /// is a Conflict. None: the change is made whatever is stored.
    std::optional<Endpoint> basedOn;

    /// Whether it changes what jobs carry with them: those made before do not see it by themselves.
    bool concernsJobs() const { return url || customHeaders || timeoutMs || maxRetries; }
};

/// What of the stored endpoint decides whether a change fits it. As it is: what a new endpoint starts from.
struct EndpointBasis
{
    SignatureScheme signatureScheme = SignatureScheme::V1;
    QString signatureHeader;
    Secret secret;
    QList<HttpHeader> customHeaders;
    TlsMaterial tls;
};

/// Field-wise checks, shared by editor, commands and gateway. Errors are of kind Refused.
Done validateEndpointId(const QString &id);
Done validateEndpointUrl(const QString &url);   ///< http or https, a host, no user info
Done validateTimeoutMs(int timeoutMs);          ///< 1 ms .. 1 h
Done validateMaxRetries(int maxRetries);        ///< 0 .. 100
Done validateMaxInFlight(int requests);         ///< 1 .. 1000
Done validateRate(double perSecond, int burst); ///< up to 100000 a second, burst up to 100000; 0: none
Done validateRetrySchedule(const QList<int> &seconds);
/// A literal private address in the URL is refused unless `allowPrivateNetwork` (design §4); names are judged
/// at connect.
Done validateUrlAddress(const QString &url, bool allowPrivateNetwork);
/// How long the previous secret goes on signing after a rotation, in seconds: 0 (not at all) .. 30 days.
inline constexpr qint64 defaultOverlapSeconds = 24 * 3600;
Done validateOverlap(qint64 seconds);
/// A duration (core/duration.h; a bare number means hours) as whole seconds. Errors (Usage) say what is
/// taken.
Result<qint64> readOverlap(const QString &text);
/// All of the above for the members that are set.
Done validateEndpointChange(const EndpointChange &change, bool allowPrivateNetwork);
/// What must fit together once the change is made: secret and scheme, signature and custom headers, client
/// certificate and key.
Done validateEndpointFit(const EndpointChange &change, const EndpointBasis &stored);

/// "ep_" and 16 random characters.
QString generateEndpointId();

} // namespace signalbox
