#include "ui/dialogs/endpoint_editor.h"

#include "app/core/console.h"
#include "app/core/retry_policy.h"
#include "models/retry_schedule_text.h"
#include "ui/dialogs/event_filter_field.h"
#include "ui/dialogs/form_field.h"
#include "ui/dialogs/header_editor.h"
#include "ui/dialogs/secret_field.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/notice.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int longestTimeoutMs = 3'600'000;
constexpr int mostRetries = 100;

QString problemOf(const Done &checked)
{
    if (checked)
        return {};
    const Error &error = checked.error();
    return error.hint.isEmpty() ? error.why : QStringLiteral("%1 (%2)").arg(error.why, error.hint);
}

/// A value that goes along only if it is new or differs.
template <typename T> std::optional<T> changed(const T &value, bool isNew, const T &before)
{
    return isNew || value != before ? std::optional<T>(value) : std::nullopt;
}

QWidget *explained(QCheckBox *box, const QString &explanation, QWidget *parent)
{
    auto *widget = new QWidget(parent);
    auto *layout = new QVBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    QLabel *text = makeMutedLabel(explanation, widget);
    text->setWordWrap(true);
    text->setContentsMargins(6 * theme::step, 0, 0, 0);
    layout->addWidget(box);
    layout->addWidget(text);
    return widget;
}

} // namespace

EndpointEditor::EndpointEditor(const ConsoleServices &services, const std::optional<Endpoint> &endpoint,
                               bool readOnly, QWidget *parent)
    : QDialog(parent)
    , m_services(services)
    , m_original(endpoint)
    , m_id(new QLineEdit(this))
    , m_url(new QLineEdit(this))
    , m_description(new QLineEdit(this))
    , m_headers(new HeaderEditor(this))
    , m_timeout(new QSpinBox(this))
    , m_retries(new QSpinBox(this))
    , m_schedule(new QLineEdit(this))
    , m_allowPrivate(new QCheckBox(tr("Allow &private networks"), this))
    , m_discard(new QCheckBox(tr("&Discard events while disabled"), this))
    , m_idField(new FormField(tr("Id"), m_id, this))
    , m_urlField(new FormField(tr("URL"), m_url, this))
    , m_headersField(new FormField(tr("Custom headers"), m_headers, this))
    , m_scheduleField(new FormField(tr("Retry schedule"), m_schedule, this))
    , m_filter(new EventFilterField(services, this))
    , m_secret(new SecretField(services, endpoint ? endpoint->id : QString(), this))
    , m_form(new QWidget(this))
    , m_notice(new Notice(this))
    , m_save(makeButton(endpoint ? tr("Save") : tr("Add"), this, QStringLiteral("primary")))
{
    setWindowTitle(endpoint ? tr("Edit %1").arg(endpoint->id) : tr("Add endpoint"));
    buildFields();
    buildLayout();
    showEndpoint();
    connectFields();
    validate();
    if (readOnly)
        makeReadOnly();
}

void EndpointEditor::buildFields()
{
    m_url->setPlaceholderText(QStringLiteral("https://receiver.example.com/hooks"));
    m_url->setFont(theme::monoFont());
    m_id->setFont(theme::monoFont());
    m_id->setEnabled(!m_original);
    m_description->setPlaceholderText(tr("who receives this, and whom to call"));
    m_headers->setMinimumHeight(120);
    m_timeout->setRange(1, longestTimeoutMs);
    for (QSpinBox *box : {m_timeout, m_retries})
        box->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_timeout->setSingleStep(1'000);
    m_timeout->setSuffix(tr(" ms"));
    m_timeout->setGroupSeparatorShown(true);
    m_retries->setRange(0, mostRetries);
    m_schedule->setPlaceholderText(retryScheduleText(defaultRetrySchedule()));
    m_headersField->setHint(tr("Sent with every request. Del removes a row."));
    m_notice->hide();
    m_save->setDefault(true);
}

QVBoxLayout *EndpointEditor::buildLeft()
{
    auto *left = new QVBoxLayout;
    left->setSpacing(3 * theme::step);
    left->addWidget(m_idField);
    left->addWidget(m_urlField);
    left->addWidget(new FormField(tr("Description"), m_description, m_form));
    left->addWidget(m_filter, 1);
    left->addWidget(
        explained(m_allowPrivate,
                  tr("Otherwise addresses of this machine and of internal networks are refused when "
                     "connecting, so that an endpoint cannot be used to reach them."),
                  m_form));
    return left;
}

QVBoxLayout *EndpointEditor::buildRight()
{
    auto *numbers = new QHBoxLayout;
    numbers->setSpacing(3 * theme::step);
    auto *timeout = new FormField(tr("Timeout"), m_timeout, m_form);
    timeout->setHint(tr("for the whole exchange"));
    auto *retries = new FormField(tr("Retries"), m_retries, m_form);
    retries->setHint(tr("after the first attempt"));
    numbers->addWidget(timeout, 1);
    numbers->addWidget(retries, 1);
    auto *right = new QVBoxLayout;
    right->setSpacing(3 * theme::step);
    right->addLayout(numbers);
    right->addWidget(m_scheduleField);
    right->addWidget(m_secret);
    right->addWidget(m_headersField, 1);
    right->addWidget(
        explained(m_discard, tr("Otherwise they become jobs that are held until it is enabled."), m_form));
    return right;
}

void EndpointEditor::buildLayout()
{
    auto *columns = new QHBoxLayout(m_form);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(6 * theme::step);
    columns->addLayout(buildLeft(), 1);
    columns->addLayout(buildRight(), 1);

    QPushButton *cancel = makeButton(tr("Cancel"), this);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &EndpointEditor::save);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(2 * theme::step);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_save);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(5 * theme::step, 5 * theme::step, 5 * theme::step, 4 * theme::step);
    layout->setSpacing(4 * theme::step);
    layout->addWidget(makeLabel(windowTitle(), theme::titleFont(), this));
    layout->addWidget(m_notice);
    layout->addWidget(m_form, 1);
    layout->addLayout(buttons);
    resize(920, 600);
}

void EndpointEditor::showEndpoint()
{
    const Endpoint shown = m_original.value_or(Endpoint());
    m_id->setText(m_original ? shown.id : generateEndpointId());
    m_url->setText(shown.url);
    m_description->setText(shown.description);
    m_filter->setFilter(shown.eventFilter);
    m_headers->setHeaders(shown.customHeaders);
    m_timeout->setValue(shown.timeoutMs);
    m_retries->setValue(shown.maxRetries);
    m_schedule->setText(retryScheduleText(shown.retryScheduleSeconds));
    m_allowPrivate->setChecked(shown.allowPrivateNetwork);
    m_discard->setChecked(shown.discardWhileDisabled);
    m_url->setFocus();
}

void EndpointEditor::makeReadOnly()
{
    m_form->setEnabled(false);
    m_save->setEnabled(false);
    m_save->setVisible(false);
    m_notice->setContent(theme::State::Information, tr("This connection is read-only."),
                         tr("The server refuses changes. Connect without \"read-only\" to edit endpoints."));
    m_notice->show();
}

void EndpointEditor::connectFields()
{
    for (QLineEdit *edit : {m_id, m_url, m_description, m_schedule})
        connect(edit, &QLineEdit::textChanged, this, &EndpointEditor::validate);
    connect(m_headers, &HeaderEditor::headersChanged, this, &EndpointEditor::validate);
    connect(m_filter, &EventFilterField::changed, this, &EndpointEditor::validate);
    connect(m_secret, &SecretField::changed, this, &EndpointEditor::validate);
    connect(m_allowPrivate, &QCheckBox::toggled, this, &EndpointEditor::validate);
}

void EndpointEditor::validate()
{
    m_idField->setProblem(m_original ? QString() : problemOf(validateEndpointId(m_id->text())));
    const QString url = m_url->text().trimmed();
    const bool untouched = url.isEmpty() && !m_url->isModified(); // an empty form is not full of errors
    Done urlChecked = validateEndpointUrl(url);
    if (urlChecked)
        urlChecked = validateUrlAddress(url, m_allowPrivate->isChecked());
    m_urlField->setProblem(untouched ? QString() : problemOf(urlChecked));
    m_urlField->setHint(url.startsWith(QStringLiteral("http://"), Qt::CaseInsensitive)
                            ? tr("Not encrypted: events travel readable for others")
                            : QString());
    m_headersField->setProblem(problemOf(validateCustomHeaders(m_headers->headers())));
    const Result<QList<int>> schedule = parseRetrySchedule(m_schedule->text());
    m_scheduleField->setProblem(schedule ? QString() : problemOf(fail(schedule.error())));
    m_scheduleField->setHint(m_schedule->text().trimmed().isEmpty() ? tr("Empty: the default schedule")
                                                                    : tr("The last pause repeats"));
    m_save->setEnabled(isValid() && !m_saving);
}

bool EndpointEditor::isValid() const
{
    const QString url = m_url->text().trimmed();
    return (m_original || validateEndpointId(m_id->text())) && validateEndpointUrl(url) &&
           validateUrlAddress(url, m_allowPrivate->isChecked()) && m_filter->isValid() &&
           validateCustomHeaders(m_headers->headers()) && parseRetrySchedule(m_schedule->text()) &&
           m_secret->isValid();
}

EndpointChange EndpointEditor::change() const
{
    const bool isNew = !m_original;
    const Endpoint before = m_original.value_or(Endpoint());
    EndpointChange change;
    change.id = m_id->text();
    change.url = changed(m_url->text().trimmed(), isNew, before.url);
    change.description = changed(m_description->text(), isNew, before.description);
    change.eventFilter = changed(m_filter->filter(), isNew, before.eventFilter);
    change.customHeaders = changed(m_headers->headers(), isNew, before.customHeaders);
    change.timeoutMs = changed(m_timeout->value(), isNew, before.timeoutMs);
    change.maxRetries = changed(m_retries->value(), isNew, before.maxRetries);
    change.allowPrivateNetwork = changed(m_allowPrivate->isChecked(), isNew, before.allowPrivateNetwork);
    change.retryScheduleSeconds = changed(parseRetrySchedule(m_schedule->text()).value_or(QList<int>()),
                                          isNew, before.retryScheduleSeconds);
    change.discardWhileDisabled = changed(m_discard->isChecked(), isNew, before.discardWhileDisabled);
    if (const Secret secret = m_secret->secret(); !secret.isEmpty())
        change.secret = secret;
    return change;
}

void EndpointEditor::save()
{
    if (!isValid() || m_saving)
        return;
    m_saving = true;
    m_notice->hide();
    validate();
    const Reply<QString> reply = [this](const Result<QString> &id) {
        m_saving = false;
        validate();
        if (id) {
            emit saved(*id);
            return accept();
        }
        m_notice->setContent(theme::State::Failure, tr("Not saved."), id.error().line());
        m_notice->show();
    };
    if (m_original)
        m_services.endpoints->changeEndpoint(change(), this, reply);
    else
        m_services.endpoints->addEndpoint(change(), this, reply);
}

} // namespace signalbox
