#include "ui/panes/endpoint_pane.h"

#include "app/core/console.h"
#include "app/core/delivery_control.h"
#include "app/core/duration.h"
#include "app/core/retry_schedule_text.h"
#include "models/breaker_text.h"
#include "models/display_text.h"
#include "models/endpoint_model.h"
#include "ui/pages/overview_links.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/fact_list.h"
#include "ui/widgets/notice.h"
#include "ui/widgets/secret_clipboard.h"
#include "ui/widgets/secret_text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>

#include <cmath>

namespace signalbox {

namespace {

QString count(qint64 number)
{
    return numberText(number);
}

/// A test's outcome in words: "HTTP 204 in 86 ms".
QString outcomeLine(const ExchangeResult &result)
{
    const QString time = durationText(result.durationMs);
    if (result.statusCode)
        return EndpointPane::tr("HTTP %1 in %2").arg(*result.statusCode).arg(time);
    const QString outcome = result.outcome == Outcome::NoAnswer
                                ? EndpointPane::tr("sent, no answer, after %1")
                                : EndpointPane::tr("never connected, after %1");
    return result.error.isEmpty() ? outcome.arg(time)
                                  : outcome.arg(time) + QStringLiteral(": ") + result.error;
}

// The header beside the standard ones, where the scheme adds one.
QString signatureText(const Endpoint &endpoint)
{
    const QString name = signatureSchemeName(endpoint.signatureScheme);
    const QString header = schemeHeaderName(endpoint.signatureScheme, endpoint.signatureHeader);
    return header.isEmpty() ? name : EndpointPane::tr("%1, in %2").arg(name, header);
}

QString rateText(const Endpoint &endpoint)
{
    if (!endpoint.rateLimit)
        return {};
    const QString rate = EndpointPane::tr("%1 a second").arg(*endpoint.rateLimit);
    return endpoint.rateBurst
               ? EndpointPane::tr("%1, bursts of %2").arg(rate, numberText(*endpoint.rateBurst))
               : rate;
}

QString tlsText(const Endpoint &endpoint)
{
    QStringList parts;
    if (!endpoint.caCertificates.isEmpty())
        parts << EndpointPane::tr("CA certificates of its own");
    if (!endpoint.clientCertificate.isEmpty())
        parts << EndpointPane::tr("client certificate");
    return parts.join(QStringLiteral(", "));
}

} // namespace

EndpointPane::EndpointPane(const ConsoleServices &services, const EndpointModel *endpoints, QWidget *parent)
    : DetailPane(services, tr("Endpoint"), tr("Select an endpoint to see how it fares and what it is sent."),
                 parent)
    , m_endpoints(endpoints)
    , m_notice(new Notice(body()))
    , m_buttons(new QHBoxLayout)
    , m_breakerRow(new QHBoxLayout)
    , m_breaker(makeLabel({}, theme::smallFont(), body()))
    , m_secretRow(new QHBoxLayout)
    , m_test(new Notice(body()))
    , m_response(new QPlainTextEdit(body()))
    , m_health(new FactList(body()))
    , m_settings(new FactList(body()))
    , m_headers(new FactList(body()))
    , m_headersHeading(makeHeading(tr("Headers"), body()))
    , m_secret(new SecretText(body()))
    , m_secretButton(makeButton(tr("Show…"), body()))
    , m_copySecret(makeButton(tr("Copy"), body()))
{
    m_buttons->setSpacing(2 * theme::step);
    m_buttons->addStretch(1);
    m_response->setReadOnly(true);
    m_response->setFont(theme::monoFont());
    m_response->setMaximumHeight(96);
    m_response->setAccessibleName(tr("Response of the test"));
    m_hideSecret.setSingleShot(true);
    m_hideSecret.setInterval(secretShownMs);
    m_secretRow->setSpacing(2 * theme::step);
    m_secretRow->addWidget(m_secretButton);
    m_secretRow->addWidget(m_copySecret);
    m_secretRow->addStretch(1);
    m_copySecret->setToolTip(tr("It leaves the clipboard in a minute"));
    m_copySecret->hide();

    m_breakerRow->setSpacing(2 * theme::step);
    m_breaker->setWordWrap(true);
    m_breakerRow->addWidget(m_breaker, 1);

    QVBoxLayout *layout = bodyLayout();
    layout->addWidget(m_notice);
    layout->addLayout(m_buttons);
    layout->addWidget(m_test);
    layout->addWidget(m_response);
    layout->addWidget(makeHeading(tr("Last hour"), body()));
    layout->addWidget(m_health);
    QLabel *breakerHeading = makeHeading(tr("Circuit breaker"), body());
    layout->addWidget(breakerHeading);
    layout->addLayout(m_breakerRow);
    layout->addWidget(makeHeading(tr("Settings"), body()));
    layout->addWidget(m_settings);
    layout->addWidget(m_headersHeading);
    layout->addWidget(m_headers);
    QLabel *secretHeading = makeHeading(tr("Secret"), body());
    layout->addWidget(secretHeading);
    layout->addWidget(m_secret);
    layout->addLayout(m_secretRow);
    layout->addStretch(1);
    m_ofPresent = {breakerHeading, m_breaker, secretHeading, m_secret, m_secretButton};
    connect(m_secretButton, &QPushButton::clicked, this, &EndpointPane::secretToggled);
    connect(m_copySecret, &QPushButton::clicked, this, [this] {
        copySecret(m_secret->secret());
        emit messageRaised(tr("Copied the secret; it leaves the clipboard in a minute"), false);
    });
    connect(&m_hideSecret, &QTimer::timeout, this, &EndpointPane::hideSecret);
    connect(m_health, &FactList::linkActivated, this, &EndpointPane::followFilter);
}

void EndpointPane::addActionButton(QAction *action, const QString &kind)
{
    m_buttons->insertWidget(m_buttons->count() - 1, makeActionButton(action, body(), kind));
}

void EndpointPane::addBreakerButton(QAction *action)
{
    m_breakerRow->addWidget(makeActionButton(action, body()));
}

void EndpointPane::addSecretButton(QAction *action)
{
    m_secretRow->insertWidget(m_secretRow->count() - 1, makeActionButton(action, body()));
}

void EndpointPane::request(const QString &id)
{
    // The list has read it all; nothing is asked of the server.
    const Reply<EndpointHealth> reply =
        received<EndpointHealth>([this](const EndpointHealth &health) { showEndpoint(health); });
    const int row = m_endpoints->rowOfKey(id);
    if (row >= 0)
        reply(m_endpoints->endpointAt(row));
    else
        reply(fail(Error::Kind::NotFound, tr("Endpoint %1").arg(id),
                   tr("there is none of this id, nor was one removed")));
}

void EndpointPane::showEndpoint(const EndpointHealth &health)
{
    const Endpoint &endpoint = health.endpoint;
    if (endpoint.id != m_endpointId)
        hideSecret();
    m_endpointId = endpoint.id;
    m_test->setVisible(m_testedId == endpoint.id);
    m_response->setVisible(m_testedId == endpoint.id && !m_response->document()->isEmpty());
    const int row = m_endpoints->rowOfKey(endpoint.id);
    const QString state =
        m_endpoints->index(row, EndpointModel::StateColumn).data(EndpointModel::StateRole).toString();
    setState(state, state == QStringLiteral("enabled") ? theme::State::Ok : theme::stateOf(state));
    for (QWidget *widget : std::as_const(m_ofPresent))
        widget->setVisible(!endpoint.removedAt);
    showNotice(health);
    showHealth(health);
    showSettings(endpoint);
}

void EndpointPane::showNotice(const EndpointHealth &health)
{
    const QString breaker = breakerText(health, QDateTime::currentDateTimeUtc());
    m_breaker->setText(breaker.isEmpty() ? tr("Closed: requests go out.") : breaker);
    m_notice->setVisible(!health.endpoint.enabled || health.breaker != Breaker::Closed);
    if (health.endpoint.removedAt)
        return showRemoved(health);
    if (!health.endpoint.enabled)
        return showDisabled(health);
    QString text = health.breakerReason;
    if (health.pendingJobs > 0)
        text += '\n' + countedText(health.pendingJobs, tr("One job waits; waiting uses up no attempt."),
                                   tr("%1 jobs wait; waiting does not use up their attempts."));
    const bool isHeld = health.breaker == Breaker::Held;
    m_notice->setContent(isHeld                                ? theme::State::Held
                         : health.breaker == Breaker::HalfOpen ? theme::State::Warning
                                                               : theme::State::Failure,
                         breaker, text.trimmed());
}

void EndpointPane::showRemoved(const EndpointHealth &health)
{
    const QDateTime at = *health.endpoint.removedAt;
    QString text = tr("%1, on %2. It gets no events; its secret is gone.")
                       .arg(relativeTime(at, QDateTime::currentDateTimeUtc()), absoluteTime(at));
    if (health.pendingJobs > 0)
        text += health.pendingJobs == 1 ? tr("\nOne job is held.")
                                        : tr("\n%1 jobs are held.").arg(count(health.pendingJobs));
    m_notice->setContent(theme::State::Held, tr("Removed."), text);
}

void EndpointPane::showDisabled(const EndpointHealth &health)
{
    const Endpoint &endpoint = health.endpoint;
    QString text = endpoint.disabledReason;
    if (endpoint.missedEvents > 0)
        text += '\n' + countedText(endpoint.missedEvents, tr("One event was discarded meanwhile."),
                                   tr("%1 events were discarded meanwhile."));
    else if (health.pendingJobs > 0)
        text += '\n' + countedText(health.pendingJobs, tr("One job is held until it is enabled."),
                                   tr("%1 jobs are held until it is enabled."));
    m_notice->setContent(theme::State::Held, tr("Disabled."), text.trimmed());
}

void EndpointPane::showHealth(const EndpointHealth &health)
{
    const QString endpoint = overview_links::field(QStringLiteral("endpoint"), health.endpoint.id);
    const QString none = tr("none");
    m_health->setFacts({
        {tr("Success"),
         health.successRate
             ? tr("%1 % of %2").arg(*health.successRate * 100, 0, 'f', 1).arg(count(health.deliveries))
             : none,
         QStringLiteral("deliveries|") + endpoint + QStringLiteral(" age:<1h"),
         {},
         false},
        {tr("Newest attempts"),
         health.newest.attempts > 0
             ? tr("%1 of %2 succeeded").arg(count(health.newest.succeeded), count(health.newest.attempts))
             : QString(),
         {},
         tr("It counts as failing when fewer than half of them succeed"),
         false},
        {tr("Latency p95"), health.p95Ms ? durationText(std::llround(*health.p95Ms)) : none, {}, {}, false},
        {tr("Pending jobs"),
         count(health.pendingJobs),
         QStringLiteral("queue|") + endpoint + QStringLiteral(" status:pending,processing"),
         {},
         false},
        {tr("Failed jobs"),
         count(health.failedJobs),
         QStringLiteral("queue|") + endpoint + QStringLiteral(" status:failed"),
         {},
         false},
        {tr("Last delivery"),
         health.lastDelivery.isValid()
             ? QStringLiteral("%1, %2").arg(
                   health.lastOutcome, relativeTime(health.lastDelivery, QDateTime::currentDateTimeUtc()))
             : tr("never"),
         QStringLiteral("deliveries|") + endpoint, absoluteTime(health.lastDelivery), false},
        {tr("Last error"), health.lastError, {}, {}, false},
        {tr("Failing since"),
         health.failingSince ? relativeTime(*health.failingSince, QDateTime::currentDateTimeUtc())
                             : QString(),
         {},
         absoluteTime(health.failingSince.value_or(QDateTime())),
         false},
    });
}

void EndpointPane::showSettings(const Endpoint &endpoint)
{
    const QString schedule = endpoint.retryScheduleSeconds.isEmpty()
                                 ? tr("default schedule")
                                 : retryScheduleText(endpoint.retryScheduleSeconds);
    QList<Fact> facts{
        {tr("URL"), endpoint.url, {}, {}, true},
        {tr("Description"), endpoint.description, {}, {}, false},
        {tr("Events"),
         endpoint.eventFilter.isEmpty() ? tr("all events") : QString::fromUtf8(endpoint.eventFilter),
         {},
         {},
         !endpoint.eventFilter.isEmpty()},
        {tr("Timeout"), writeDuration(endpoint.timeoutMs), {}, {}, false},
        {tr("Retries"), tr("%1, %2").arg(endpoint.maxRetries).arg(schedule), {}, {}, false},
        {tr("Requests at once"), tr("%1 from each worker").arg(endpoint.maxInFlight), {}, {}, false},
        {tr("Rate limit"), rateText(endpoint), {}, {}, false},
        {tr("Order"), endpoint.ordered ? tr("one after the other per stream") : QString(), {}, {}, false},
        {tr("Signature"), signatureText(endpoint), {}, {}, false},
        {tr("Public key"), endpoint.publicKey, {}, {}, true},
        {tr("TLS"), tlsText(endpoint), {}, {}, false},
        {tr("Private network"), endpoint.allowPrivateNetwork ? tr("allowed") : QString(), {}, {}, false},
        {tr("While disabled"),
         endpoint.discardWhileDisabled ? tr("events are discarded") : QString(),
         {},
         {},
         false},
        {tr("Created"), absoluteTime(endpoint.createdAt), {}, {}, false},
    };
    if (endpoint.previousSecretExpires) {
        facts.append({tr("Previous secret"),
                      tr("signs too until %1").arg(absoluteTime(*endpoint.previousSecretExpires)),
                      {},
                      {},
                      false});
    }
    m_settings->setFacts(facts);
    QList<Fact> headers;
    for (const HttpHeader &header : endpoint.customHeaders)
        headers.append({header.name, maskedHeader(header).value, {}, {}, true});
    m_headers->setFacts(headers);
    m_headers->setVisible(!headers.isEmpty());
    m_headersHeading->setVisible(!headers.isEmpty());
}

void EndpointPane::showTestStarted(const QString &endpointId)
{
    m_testedId = endpointId;
    m_response->clear();
    m_response->hide();
    m_test->setContent(theme::State::Ambiguous, tr("Test event is on its way …"));
    m_test->setVisible(shownId() == endpointId);
}

void EndpointPane::showTestResult(const QString &endpointId, const Result<AttemptRecord> &attempt)
{
    if (endpointId != m_testedId)
        return;
    if (!attempt) {
        m_test->setContent(theme::State::Failure, tr("Test not sent:"), attempt.error().line());
        return;
    }
    const ExchangeResult &result = attempt->result;
    const theme::State state = result.succeeded()                    ? theme::State::Ok
                               : result.outcome == Outcome::NoAnswer ? theme::State::Ambiguous
                                                                     : theme::State::Failure;
    m_test->setContent(state, result.succeeded() ? tr("Test succeeded:") : tr("Test failed:"),
                       QStringList{outcomeLine(result), result.note}.join(QLatin1Char('\n')).trimmed());
    m_response->setPlainText(QString::fromUtf8(result.responseBody));
    m_response->setVisible(shownId() == endpointId && !result.responseBody.isEmpty());
}

void EndpointPane::toggleSecret()
{
    if (m_hideSecret.isActive())
        return hideSecret();
    m_secretButton->setEnabled(false);
    services().endpoints->revealSecret(m_endpointId, this,
                                       [this, id = m_endpointId](const Result<Secret> &secret) {
                                           m_secretButton->setEnabled(true);
                                           if (id != m_endpointId)
                                               return; // another endpoint is shown by now
                                           if (!secret) {
                                               emit messageRaised(secret.error().line(), true);
                                               return;
                                           }
                                           m_secret->setSecret(*secret);
                                           m_copySecret->show();
                                           m_secretButton->setText(tr("Hide"));
                                           m_hideSecret.start();
                                       });
}

void EndpointPane::hideSecret()
{
    m_hideSecret.stop();
    m_secret->setSecret({});
    m_copySecret->hide();
    m_secretButton->setText(tr("Show…"));
}

void EndpointPane::followFilter(const QString &link)
{
    const qsizetype split = link.indexOf(QLatin1Char('|'));
    emit pageRequested(link.left(split), link.mid(split + 1), {});
}

} // namespace signalbox
