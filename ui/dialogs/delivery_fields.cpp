#include "ui/dialogs/delivery_fields.h"

#include "app/core/duration.h"
#include "app/core/retry_policy.h"
#include "app/core/retry_schedule_text.h"
#include "models/display_text.h"
#include "ui/dialogs/form_field.h"
#include "ui/dialogs/form_text.h"
#include "ui/theme/theme.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSpinBox>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int leastUsualTimeoutMs = 1'000;

QHBoxLayout *pair(FormField *left, FormField *right)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(3 * theme::step);
    row->addWidget(left, 1, Qt::AlignTop);
    row->addWidget(right, 1, Qt::AlignTop);
    return row;
}

} // namespace

DeliveryFields::DeliveryFields(QWidget *parent)
    : QWidget(parent)
    , m_timeout(new QLineEdit(this))
    , m_retries(new QSpinBox(this))
    , m_schedule(new QLineEdit(this))
    , m_discard(new QCheckBox(tr("&Discard events while disabled"), this))
    , m_inFlight(new QSpinBox(this))
    , m_rate(new QLineEdit(this))
    , m_burst(new QLineEdit(this))
    , m_ordered(new QCheckBox(tr("&One after the other per stream"), this))
    , m_timeoutField(new FormField(tr("Timeout"), m_timeout, this))
    , m_scheduleField(new FormField(tr("Retry schedule"), m_schedule, this))
    , m_rateField(new FormField(tr("Rate limit"), m_rate, this))
    , m_burstField(new FormField(tr("Burst"), m_burst, this))
{
    buildInputs();
    auto *columns = new QHBoxLayout(this);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(6 * theme::step);
    columns->addLayout(buildRetries(), 1);
    columns->addLayout(buildShape(), 1);
    for (QLineEdit *edit : {m_timeout, m_schedule, m_rate, m_burst})
        connect(edit, &QLineEdit::textChanged, this, &DeliveryFields::validate);
}

void DeliveryFields::buildInputs()
{
    for (QSpinBox *box : {m_retries, m_inFlight})
        box->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_retries->setRange(0, mostRetries);
    m_inFlight->setRange(1, mostInFlight);
    m_schedule->setPlaceholderText(retryScheduleText(defaultRetrySchedule()));
    m_rate->setPlaceholderText(tr("none"));
}

QVBoxLayout *DeliveryFields::buildRetries()
{
    m_timeoutField->setHint(tr("for the whole exchange"));
    auto *retries = new FormField(tr("Retries"), m_retries, this);
    retries->setHint(tr("after the first attempt"));
    auto *layout = new QVBoxLayout;
    layout->setSpacing(3 * theme::step);
    layout->addLayout(pair(m_timeoutField, retries));
    layout->addWidget(m_scheduleField);
    layout->addWidget(
        explained(m_discard, tr("Otherwise they become jobs that are held until it is enabled."), this));
    layout->addStretch(1);
    return layout;
}

QVBoxLayout *DeliveryFields::buildShape()
{
    auto *inFlight = new FormField(tr("Requests at once"), m_inFlight, this);
    inFlight->setHint(tr("from each worker"));
    auto *layout = new QVBoxLayout;
    layout->setSpacing(3 * theme::step);
    layout->addWidget(inFlight);
    layout->addLayout(pair(m_rateField, m_burstField));
    layout->addWidget(
        explained(m_ordered,
                  tr("A job waits for the earlier ones of its stream. One that fails and is retried "
                     "blocks only its own stream; once it has failed for good, the next one goes."),
                  this));
    layout->addStretch(1);
    return layout;
}

void DeliveryFields::setEndpoint(const Endpoint &endpoint)
{
    m_timeout->setText(writeDuration(endpoint.timeoutMs));
    m_retries->setValue(endpoint.maxRetries);
    m_schedule->setText(retryScheduleText(endpoint.retryScheduleSeconds));
    m_discard->setChecked(endpoint.discardWhileDisabled);
    m_inFlight->setValue(endpoint.maxInFlight);
    m_rate->setText(endpoint.rateLimit ? QString::number(*endpoint.rateLimit) : QString());
    m_burst->setText(endpoint.rateBurst ? QString::number(*endpoint.rateBurst) : QString());
    m_ordered->setChecked(endpoint.ordered);
    validate();
}

void DeliveryFields::setLatency(std::optional<double> p95Ms)
{
    m_p95Ms = p95Ms;
    validate();
}

Result<int> DeliveryFields::timeout() const
{
    const auto milliseconds = readDuration(m_timeout->text(), tr("timeout"));
    if (!milliseconds)
        return fail(milliseconds.error());
    const int bounded = int(qMin<qint64>(*milliseconds, longestTimeoutMs + 1));
    if (const Done valid = validateTimeoutMs(bounded); !valid)
        return fail(valid.error());
    return bounded;
}

QString DeliveryFields::timeoutDoubt(int timeoutMs) const
{
    if (m_p95Ms && timeoutMs < *m_p95Ms)
        return tr("Shorter than its attempts take: p95 of the last hour is %1")
            .arg(durationText(qRound64(*m_p95Ms)));
    return timeoutMs < leastUsualTimeoutMs ? tr("Shorter than most receivers need: is it meant?") : QString();
}

Result<double> DeliveryFields::rate() const
{
    const QString text = m_rate->text().trimmed();
    bool isNumber = true;
    const double perSecond = text.isEmpty() ? 0 : text.toDouble(&isNumber);
    if (!isNumber)
        return fail(Error::Kind::Refused, tr("rate limit"), tr("it is not a number"),
                    tr("such as 10 or 0.5"));
    if (const Done valid = validateRate(perSecond, 0); !valid)
        return fail(valid.error());
    return perSecond;
}

Result<int> DeliveryFields::burst() const
{
    const QString text = m_burst->text().trimmed();
    if (text.isEmpty() || m_rate->text().trimmed().isEmpty()) // without a limit there is nothing to burst
        return 0;
    bool isNumber = false;
    const int requests = text.toInt(&isNumber);
    if (!isNumber)
        return fail(Error::Kind::Refused, tr("burst"), tr("it is not a whole number"));
    if (const Done valid = validateRate(0, requests); !valid)
        return fail(valid.error());
    return requests;
}

void DeliveryFields::validate()
{
    const Result<int> timeoutMs = timeout();
    m_timeoutField->setProblem(timeoutMs ? QString() : problemOf(fail(timeoutMs.error())));
    m_timeoutField->setWarning(timeoutMs ? timeoutDoubt(*timeoutMs) : QString());
    const Result<QList<int>> schedule = parseRetrySchedule(m_schedule->text());
    m_scheduleField->setProblem(schedule ? QString() : problemOf(fail(schedule.error())));
    m_scheduleField->setHint(m_schedule->text().trimmed().isEmpty() ? tr("Empty: the default schedule")
                                                                    : tr("The last pause repeats"));
    const Result<double> perSecond = rate();
    m_rateField->setProblem(perSecond ? QString() : problemOf(fail(perSecond.error())));
    m_rateField->setHint(tr("requests a second, from all workers"));
    const bool isLimited = perSecond && *perSecond > 0;
    const Result<int> requests = burst();
    m_burst->setEnabled(isLimited);
    m_burst->setPlaceholderText(isLimited ? tr("one second's worth") : QString());
    m_burstField->setProblem(requests ? QString() : problemOf(fail(requests.error())));
    m_burstField->setHint(tr("requests at once after a pause"));
    emit changed();
}

bool DeliveryFields::isValid() const
{
    return timeout() && parseRetrySchedule(m_schedule->text()) && rate() && burst();
}

void DeliveryFields::addTo(EndpointChange &change, bool isNew, const Endpoint &before) const
{
    change.timeoutMs = signalbox::changed(timeout().value_or(before.timeoutMs), isNew, before.timeoutMs);
    change.maxRetries = signalbox::changed(m_retries->value(), isNew, before.maxRetries);
    change.retryScheduleSeconds = signalbox::changed(
        parseRetrySchedule(m_schedule->text()).value_or(QList<int>()), isNew, before.retryScheduleSeconds);
    change.discardWhileDisabled =
        signalbox::changed(m_discard->isChecked(), isNew, before.discardWhileDisabled);
    change.maxInFlight = signalbox::changed(m_inFlight->value(), isNew, before.maxInFlight);
    change.rateLimit = signalbox::changed(rate().value_or(0), isNew, before.rateLimit.value_or(0));
    change.rateBurst = signalbox::changed(burst().value_or(0), isNew, before.rateBurst.value_or(0));
    change.ordered = signalbox::changed(m_ordered->isChecked(), isNew, before.ordered);
}

} // namespace signalbox
