#include "ui/panes/job_pane.h"

#include "models/display_text.h"
#include "ui/panes/attempt_list.h"
#include "ui/panes/request_copier.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/fact_list.h"
#include "ui/widgets/json_view.h"
#include "ui/widgets/notice.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>

namespace signalbox {

namespace {

QString field(const QSqlRecord &record, const char *name)
{
    return record.value(QLatin1String(name)).toString();
}

struct Reason
{
    theme::State state = theme::State::Information;
    QString lead;
    QString text;
};

QString ambiguityText(const JobDetail &detail)
{
    if (detail.attempts.isEmpty() || outcomeState(detail.attempts.constFirst()) != QLatin1String("no-answer"))
        return {};
    return JobPane::tr("The last one may have been processed: it was sent, the answer never came.");
}

QString untilText(const HeldReason &held)
{
    if (!held.until.isValid())
        return {};
    return JobPane::tr("Until %1, %2.")
        .arg(clockText(held.until), relativeTime(held.until, QDateTime::currentDateTime()));
}

QString usedUp(int attempts)
{
    return attempts == 1 ? JobPane::tr("Not being sent: its only attempt is used up.")
                         : JobPane::tr("Not being sent: all %1 attempts are used up.").arg(attempts);
}

QString settingName(const QString &word)
{
    if (word == QLatin1String("url"))
        return JobPane::tr("URL");
    if (word == QLatin1String("headers"))
        return JobPane::tr("headers");
    return word == QLatin1String("timeout") ? JobPane::tr("timeout") : JobPane::tr("number of retries");
}

// Why the job is not being sent, or that it is done.
Reason reasonOf(const JobDetail &detail)
{
    const QString status = field(detail.job, "status");
    if (status == QLatin1String("failed")) {
        const int attempts = detail.job.value(QStringLiteral("attempts")).toInt();
        const int maximum = detail.job.value(QStringLiteral("max_attempts")).toInt();
        const QString lead =
            attempts >= maximum ? usedUp(attempts) : JobPane::tr("Not being sent: failed for good.");
        const QString ambiguity = ambiguityText(detail);
        return {theme::State::Failure, lead,
                ambiguity.isEmpty() ? field(detail.job, "last_error") : ambiguity};
    }
    if (status == QLatin1String("cancelled"))
        return {theme::State::Held, JobPane::tr("Not being sent: cancelled."),
                field(detail.job, "last_error")};
    if (status == QLatin1String("completed"))
        return {};
    if (!detail.held.isKnown)
        return {theme::State::Information, JobPane::tr("Why it waits is not known:"),
                JobPane::tr("this role may not read what tells it.")};
    if (detail.held.code.isEmpty())
        return {theme::State::Information, JobPane::tr("Due now:"),
                JobPane::tr("the next free slot of a worker takes it.")};
    const bool inFlight = detail.held.code == QLatin1String("leased");
    const QString lead = inFlight ? JobPane::tr("Being sent:") : JobPane::tr("Not being sent:");
    const theme::State state = inFlight ? theme::State::Ambiguous : theme::State::Warning;
    return {state, lead, QStringLiteral("%1. %2").arg(detail.held.text, untilText(detail.held)).trimmed()};
}

} // namespace

JobPane::JobPane(const ConsoleServices &services, QWidget *parent)
    : DetailPane(services, tr("Job"),
                 tr("Select a job to see why it waits, what was tried and what is sent."), parent)
    , m_reason(new Notice(body()))
    , m_differences(new Notice(body()))
    , m_copier(new RequestCopier(services, this))
    , m_buttons(new QHBoxLayout)
    , m_attemptsHeading(makeHeading(tr("Attempts"), body()))
    , m_attempts(new AttemptList(body()))
    , m_noAttempts(makeMutedLabel(tr("Not sent yet."), body()))
    , m_payload(new JsonView(tr("Payload"), body()))
    , m_facts(new FactList(body()))
{
    m_buttons->setSpacing(2 * theme::step);
    m_buttons->addStretch(1);
    QVBoxLayout *layout = bodyLayout();
    layout->addWidget(m_reason);
    layout->addWidget(m_differences);
    layout->addLayout(m_buttons);
    layout->addWidget(m_attemptsHeading);
    layout->addWidget(m_attempts);
    layout->addWidget(m_noAttempts);
    layout->addWidget(m_payload, 1);
    layout->addWidget(m_facts);
    connect(m_attempts, &AttemptList::attemptActivated, this,
            [this](const QString &id) { follow(QStringLiteral("deliveries"), id); });
    connect(m_attempts, &AttemptList::bodyRequested, this, &JobPane::loadBody);
    m_attempts->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_attempts, &QWidget::customContextMenuRequested, this, &JobPane::showAttemptMenu);
    connect(m_copier, &RequestCopier::messageRaised, this, &DetailPane::messageRaised);
    connect(m_facts, &FactList::linkActivated, this, &JobPane::followLink);
}

void JobPane::addActionButton(QAction *action, const QString &kind)
{
    m_buttons->insertWidget(m_buttons->count() - 1, makeActionButton(action, body(), kind));
}

void JobPane::toggleNewestAttempt()
{
    m_attempts->toggleNewest();
}

void JobPane::request(const QString &id)
{
    services().details->jobDetail(
        id, this, received<JobDetail>([this](const JobDetail &detail) { showDetail(detail); }));
}

void JobPane::showDetail(const JobDetail &detail)
{
    m_detail = detail;
    const QString status = field(detail.job, "status");
    setState(status, theme::stateOf(status));
    showReason(detail);
    showDifferences(detail);
    m_attempts->setAttempts(detail.attempts);
    m_attempts->setVisible(!detail.attempts.isEmpty());
    m_noAttempts->setVisible(detail.attempts.isEmpty());
    const bool isUnknown =
        detail.missing.contains(Grant{QStringLiteral("webhook_deliveries"), Right::Select});
    m_noAttempts->setText(isUnknown ? tr("Not known.") : tr("Not sent yet."));
    m_payload->setJson(detail.payload, tr("exact numbers"));
    setMissing(detail.missing);
    showFacts(detail);
}

void JobPane::showReason(const JobDetail &detail)
{
    const Reason reason = reasonOf(detail);
    m_reason->setVisible(!reason.lead.isEmpty());
    m_reason->setContent(reason.state, reason.lead, reason.text);
}

void JobPane::showAges()
{
    showReason(m_detail);
}

void JobPane::showDifferences(const JobDetail &detail)
{
    const QString words = field(detail.job, "differences");
    m_differences->setVisible(!words.isEmpty());
    if (words.isEmpty())
        return;
    QStringList settings;
    for (const QString &word : words.split(QLatin1Char(' ')))
        settings << settingName(word);
    QString text = tr("%1. A retry takes the endpoint's.").arg(settings.join(QStringLiteral(", ")));
    if (words.contains(QLatin1String("url")))
        text += QLatin1Char('\n') + tr("The endpoint's URL is now %1").arg(field(detail.job, "endpoint_url"));
    m_differences->setContent(theme::State::Warning, tr("Made with other settings than its endpoint has:"),
                              text);
}

// The whole answer, where the attempt came with its beginning.
void JobPane::loadBody(const QString &deliveryId)
{
    services().details->deliveryDetail(
        deliveryId, this, [this, deliveryId](const Result<DeliveryDetail> &detail) {
            if (detail)
                m_attempts->setBody(deliveryId, field(detail->delivery, "response_body"));
            else
                emit messageRaised(detail.error().line(), true);
        });
}

void JobPane::showAttemptMenu(const QPoint &position)
{
    const QSqlRecord attempt = m_attempts->currentAttempt();
    if (attempt.isEmpty())
        return;
    const QString id = field(attempt, "id");
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(m_attempts->unfoldedId() == id ? tr("Fold") : tr("Unfold"), m_attempts,
                    [this, id] { m_attempts->toggle(id); });
    menu->addAction(tr("Open the delivery"), this, [this, id] { follow(QStringLiteral("deliveries"), id); });
    menu->addSeparator();
    menu->addAction(tr("Copy the id"), m_copier, [this, id] { m_copier->copyText(id); });
    menu->addAction(tr("Copy as curl"), m_copier, [this, id] { m_copier->copyDeliveryAsCurl(id); });
    menu->addAction(tr("Copy the headers"), m_copier, [this, id] { m_copier->copyDeliveryHeaders(id); });
    menu->popup(m_attempts->viewport()->mapToGlobal(position));
}

void JobPane::showFacts(const JobDetail &detail)
{
    const QSqlRecord &job = detail.job;
    const QString endpoint = field(job, "endpoint_id");
    const QString event = field(job, "event_id");
    const QString stream = field(job, "stream_id");
    const QDateTime created = job.value(QStringLiteral("created_at")).toDateTime();
    QString streamText = stream;
    if (!stream.isEmpty())
        streamText = QStringLiteral("%1  v%2").arg(stream, field(job, "stream_version"));
    const QString orderKey = field(job, "order_key");
    const bool isFirst = job.value(QStringLiteral("priority")).toInt() > 0;
    m_facts->setFacts({
        {tr("endpoint"), endpoint, QStringLiteral("endpoints|") + endpoint, field(job, "url")},
        {tr("URL"), field(job, "url"), {}, {}, true},
        {tr("event"), event.isEmpty() ? QString() : field(job, "event_type"),
         QStringLiteral("events|") + event, event, true},
        {tr("stream"), streamText, QStringLiteral("streams|") + stream, {}},
        {tr("order"),
         orderKey.isEmpty()
             ? QString()
             : tr("version %1 of %2, one after the other").arg(field(job, "order_version"), orderKey),
         {},
         {}},
        {tr("priority"), isFirst ? tr("sent before others") : QString(), {}, {}},
        {tr("idempotency key"), field(job, "idempotency_key"), {}, {}, true},
        {tr("created"), clockText(created), {}, absoluteTime(created)},
    });
}

} // namespace signalbox
