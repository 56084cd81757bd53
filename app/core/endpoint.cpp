#include "app/core/endpoint.h"

#include "app/core/address_policy.h"
#include "app/core/duration.h"
#include "app/core/event_filter.h"
#include "app/core/signature.h"

#include <QRandomGenerator>
#include <QUrl>

#include <array>

namespace signalbox {

namespace {

constexpr int longestPauseSeconds = 7 * 24 * 3600;
constexpr qsizetype mostPauses = 100;
constexpr double slowestRate = 0.001;
constexpr double fastestRate = 100'000;
constexpr qint64 longestOverlapSeconds = 30 * 24 * 3600;

tl::unexpected<Error> refused(const QString &what, const QString &why, const QString &hint = {})
{
    return fail(Error::Kind::Refused, what, why, hint);
}

// The URL itself is never quoted in an error: it may hold a password.
tl::unexpected<Error> refusedUrl(const QString &why, const QString &hint = {})
{
    return refused(QStringLiteral("URL"), why, hint);
}

bool hasSpaceOrControl(const QString &text)
{
    for (const QChar character : text) {
        if (character.isSpace() || character.category() == QChar::Other_Control)
            return true;
    }
    return false;
}

// "a..b", ".example.com" and a lone dot are no hosts; one dot at the end is DNS's root and allowed.
bool hasEmptyLabel(QString host)
{
    if (host.endsWith('.'))
        host.chop(1);
    return host.isEmpty() || host.split('.').contains(QString());
}

} // namespace

Done validateEndpointId(const QString &id)
{
    const QString what = QStringLiteral("endpoint id");
    if (id.isEmpty() || id.size() > 255)
        return refused(what, QStringLiteral("it needs 1 to 255 characters"));
    if (hasSpaceOrControl(id))
        return refused(what, QStringLiteral("it holds a space or control character"));
    if (id.startsWith('-'))
        return refused(what, QStringLiteral("it begins with -, which commands take for an option"));
    return {};
}

Done validateEndpointUrl(const QString &url)
{
    const QString example = QStringLiteral("write https://host/path");
    if (url.isEmpty())
        return refusedUrl(QStringLiteral("it is empty"), example);
    if (hasSpaceOrControl(url))
        return refusedUrl(QStringLiteral("it holds a space or control character"));
    if (url.contains('\\'))
        return refusedUrl(QStringLiteral("it holds a backslash"));
    const QUrl parsed(url, QUrl::StrictMode);
    if (!parsed.isValid())
        return refusedUrl(QStringLiteral("it cannot be read as a URL"), example);
    const QString scheme = parsed.scheme();
    if (scheme != QLatin1String("http") && scheme != QLatin1String("https"))
        return refusedUrl(QStringLiteral("only http and https are delivered to"), example);
    if (parsed.authority(QUrl::FullyEncoded).contains('@'))
        return refusedUrl(QStringLiteral("it holds user info"), QStringLiteral("use a header instead"));
    if (parsed.host().isEmpty() || (!parsed.host().contains(':') && hasEmptyLabel(parsed.host())))
        return refusedUrl(QStringLiteral("it names no host"), example);
    if (parsed.port(1) < 1)
        return refusedUrl(QStringLiteral("the port is not within 1 to 65535"));
    return {};
}

Done validateTimeoutMs(int timeoutMs)
{
    if (timeoutMs < 1 || timeoutMs > longestTimeoutMs)
        return refused(QStringLiteral("timeout"), QStringLiteral("it is not within 1 ms to 1 h"));
    return {};
}

Done validateMaxRetries(int maxRetries)
{
    if (maxRetries < 0 || maxRetries > mostRetries)
        return refused(QStringLiteral("retries"), QStringLiteral("their number is not within 0 to 100"));
    return {};
}

Done validateMaxInFlight(int requests)
{
    if (requests < 1 || requests > mostInFlight)
        return refused(QStringLiteral("requests at once"), QStringLiteral("they are not within 1 to 1000"));
    return {};
}

Done validateRate(double perSecond, int burst)
{
    const bool isRate = perSecond == 0 || (perSecond >= slowestRate && perSecond <= fastestRate);
    if (!isRate)
        return refused(QStringLiteral("rate limit"),
                       QStringLiteral("it is not within 0.001 to 100000 requests a second"),
                       QStringLiteral("0 removes the limit"));
    if (burst < 0 || burst > int(fastestRate))
        return refused(QStringLiteral("burst"), QStringLiteral("it is not within 1 to 100000 requests"));
    return {};
}

Done validateRetrySchedule(const QList<int> &seconds)
{
    if (seconds.size() > mostPauses)
        return refused(QStringLiteral("retry schedule"), QStringLiteral("it has more than 100 entries"));
    for (const int pause : seconds) {
        if (pause < 1 || pause > longestPauseSeconds)
            return refused(QStringLiteral("retry schedule"),
                           QStringLiteral("an entry is not within 1 s to 7 days"));
    }
    return {};
}

Done validateUrlAddress(const QString &url, bool allowPrivateNetwork)
{
    if (allowPrivateNetwork)
        return {};
    const std::optional<IpAddress> address = parseIpAddress(QUrl(url, QUrl::StrictMode).host());
    const QString range = address ? refusedRange(*address) : QString();
    if (range.isEmpty())
        return {};
    return refusedUrl(QStringLiteral("its address lies in %1, which is not public").arg(range),
                      QStringLiteral("allow private networks for this endpoint"));
}

Done validateOverlap(qint64 seconds)
{
    if (seconds < 0 || seconds > longestOverlapSeconds)
        return refused(QStringLiteral("overlap"), QStringLiteral("it is not within 0 to 30 days"));
    return {};
}

Result<qint64> readOverlap(const QString &text)
{
    auto overlap = readDuration(text, QStringLiteral("overlap"), millisecondsPerHour);
    if (!overlap)
        return overlap;
    return *overlap / millisecondsPerSecond;
}

Done validateEndpointFit(const EndpointChange &change, const EndpointBasis &stored)
{
    const SignatureScheme scheme = change.signatureScheme.value_or(stored.signatureScheme);
    const QString header = change.signatureHeader.value_or(stored.signatureHeader);
    if (change.signatureScheme || change.signatureHeader || change.customHeaders) {
        if (Done valid =
                validateSignatureHeader(scheme, header, change.customHeaders.value_or(stored.customHeaders));
            !valid)
            return valid;
    }
    if (change.signatureScheme || change.secret) {
        if (Done valid = validateSecretForScheme(scheme, change.secret.value_or(stored.secret)); !valid)
            return valid;
    }
    if (!change.caCertificates && !change.clientCertificate && !change.clientKey)
        return {};
    return validateTlsMaterial({change.caCertificates.value_or(stored.tls.caCertificates),
                                change.clientCertificate.value_or(stored.tls.clientCertificate),
                                change.clientKey.value_or(stored.tls.clientKey)});
}

Done validateEndpointChange(const EndpointChange &change, bool allowPrivateNetwork)
{
    Done done;
    const auto check = [&done](Done checked) {
        if (done)
            done = std::move(checked);
    };
    if (change.url) {
        check(validateEndpointUrl(*change.url));
        check(validateUrlAddress(*change.url, allowPrivateNetwork));
    }
    if (change.description && change.description->contains(QChar(0)))
        check(refused(QStringLiteral("description"), QStringLiteral("it holds a NUL character")));
    if (change.eventFilter) {
        if (const auto filter = validateEventFilter(*change.eventFilter); !filter)
            check(fail(filter.error()));
    }
    if (change.customHeaders)
        check(validateCustomHeaders(*change.customHeaders));
    if (change.timeoutMs)
        check(validateTimeoutMs(*change.timeoutMs));
    if (change.maxRetries)
        check(validateMaxRetries(*change.maxRetries));
    if (change.retryScheduleSeconds)
        check(validateRetrySchedule(*change.retryScheduleSeconds));
    if (change.maxInFlight)
        check(validateMaxInFlight(*change.maxInFlight));
    check(validateRate(change.rateLimit.value_or(0), change.rateBurst.value_or(0)));
    if (change.secret)
        check(validateSecret(*change.secret));
    if (change.secret && !change.allowWeakSecret)
        check(validateSecretStrength(*change.secret));
    return done;
}

QString breakerName(Breaker breaker)
{
    switch (breaker) {
    case Breaker::Closed:
        return QStringLiteral("closed");
    case Breaker::Open:
        return QStringLiteral("open");
    case Breaker::HalfOpen:
        return QStringLiteral("half-open");
    case Breaker::Held:
        break;
    }
    return QStringLiteral("held");
}

Breaker breakerByName(const QString &name)
{
    for (const Breaker breaker : {Breaker::Open, Breaker::HalfOpen, Breaker::Held}) {
        if (name == breakerName(breaker))
            return breaker;
    }
    return Breaker::Closed;
}

QString generateEndpointId()
{
    static const QString alphabet = QStringLiteral("abcdefghijklmnopqrstuvwxyz0123456789");
    QString id = QStringLiteral("ep_");
    for (int i = 0; i < 16; ++i)
        id += alphabet[QRandomGenerator::system()->bounded(int(alphabet.size()))];
    return id;
}

} // namespace signalbox
