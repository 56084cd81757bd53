#include "ui/dialogs/endpoint_editor.h"

#include "app/core/console.h"
#include "ui/dialogs/consent_dialog.h"
#include "ui/dialogs/delivery_fields.h"
#include "ui/dialogs/endpoint_conflict_field.h"
#include "ui/dialogs/event_filter_field.h"
#include "ui/dialogs/follow_jobs_field.h"
#include "ui/dialogs/form_field.h"
#include "ui/dialogs/form_text.h"
#include "ui/dialogs/header_editor.h"
#include "ui/dialogs/security_fields.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/notice.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QShortcut>
#include <QTabWidget>
#include <QVBoxLayout>

namespace signalbox {

namespace {

enum Tab { MainTab, DeliveryTab, SecurityTab };

} // namespace

EndpointEditor::EndpointEditor(const ConsoleServices &services, const std::optional<Endpoint> &endpoint,
                               bool readOnly, QWidget *parent)
    : QDialog(parent)
    , m_services(services)
    , m_original(endpoint)
    , m_tabs(new QTabWidget(this))
    , m_id(new QLineEdit(this))
    , m_url(new QLineEdit(this))
    , m_description(new QLineEdit(this))
    , m_headers(new HeaderEditor(this))
    , m_idField(new FormField(tr("Id"), m_id, this))
    , m_urlField(new FormField(tr("URL"), m_url, this))
    , m_headersField(new FormField(tr("Custom headers"), m_headers, this))
    , m_filter(new EventFilterField(services, this))
    , m_delivery(new DeliveryFields(this))
    , m_security(new SecurityFields(services, endpoint ? endpoint->id : QString(), this))
    , m_notice(new Notice(this))
    , m_cancel(makeButton(tr("Cancel"), this))
    , m_save(makeButton(endpoint ? tr("Save") : tr("Add"), this, QStringLiteral("primary")))
    , m_middle(new QVBoxLayout)
{
    if (endpoint && services.jobActions)
        m_follow = new FollowJobsField(*services.jobActions, endpoint->id, this);
    setWindowTitle(endpoint ? tr("Edit %1").arg(endpoint->id) : tr("Add endpoint"));
    buildFields();
    buildLayout();
    showEndpoint();
    connectFields();
    validate();
    if (readOnly)
        makeReadOnly();
    m_opened = formState(*m_tabs, m_security->secretField());
    m_openedSecret = m_security->secret();
}

void EndpointEditor::buildFields()
{
    m_url->setPlaceholderText(QStringLiteral("https://receiver.example.com/hooks"));
    m_url->setFont(theme::monoFont());
    m_id->setFont(theme::monoFont());
    m_id->setEnabled(!m_original);
    m_description->setPlaceholderText(tr("who receives this, and whom to call"));
    m_headersField->setHint(tr("Sent with every request"));
    m_notice->hide();
    m_save->setDefault(true);
}

QWidget *EndpointEditor::buildMain()
{
    auto *main = new QWidget(this);
    auto *left = new QVBoxLayout;
    left->setSpacing(3 * theme::step);
    left->addWidget(m_idField);
    left->addWidget(m_urlField);
    left->addWidget(new FormField(tr("Description"), m_description, main));
    left->addWidget(m_headersField);
    left->addStretch(1);
    auto *right = new QVBoxLayout;
    right->addWidget(m_filter, 1);
    auto *columns = new QHBoxLayout(main);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(6 * theme::step);
    columns->addLayout(left, 1);
    columns->addLayout(right, 1);
    return main;
}

void EndpointEditor::buildLayout()
{
    m_tabs->setDocumentMode(true);
    const QList<std::pair<QWidget *, QString>> pages{
        {buildMain(), tr("Endpoint")}, {m_delivery, tr("Delivery")}, {m_security, tr("Security")}};
    for (const auto &[page, name] : pages) {
        page->layout()->setContentsMargins(0, 4 * theme::step, 0, 0);
        m_tabs->addTab(page, name);
    }

    // From whatever field: text fields would keep the key to themselves.
    const auto turn = [this](const QKeySequence &keys, int step) {
        connect(new QShortcut(keys, this), &QShortcut::activated, m_tabs, [this, step] {
            m_tabs->setCurrentIndex((m_tabs->currentIndex() + step + m_tabs->count()) % m_tabs->count());
        });
    };
    turn(QKeySequence(Qt::CTRL | Qt::Key_Tab), 1);
    turn(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Backtab), -1);

    connect(m_cancel, &QPushButton::clicked, this, &EndpointEditor::reject);
    connect(m_save, &QPushButton::clicked, this, &EndpointEditor::save);
    QLabel *hint = makeMutedLabel(tr("Ctrl+Tab: next tab"), this);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(5 * theme::step, 5 * theme::step, 5 * theme::step, 4 * theme::step);
    layout->setSpacing(4 * theme::step);
    layout->addWidget(makeLabel(windowTitle(), theme::titleFont(), this));
    layout->addWidget(m_notice);
    m_middle->addWidget(m_tabs, 1);
    layout->addLayout(m_middle, 1);
    if (m_follow)
        layout->addWidget(m_follow);
    layout->addLayout(makeButtonRow({m_cancel, m_save}, hint));
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
    m_delivery->setEndpoint(shown);
    m_security->setCustomHeaders(shown.customHeaders);
    m_security->setEndpoint(shown);
    m_url->setFocus();
}

void EndpointEditor::makeReadOnly()
{
    for (int tab = 0; tab < m_tabs->count(); ++tab)
        m_tabs->widget(tab)->setEnabled(false); // the tabs themselves can still be looked at
    m_save->setEnabled(false);
    m_save->setVisible(false);
    m_notice->setContent(theme::State::Information, tr("This connection is read-only."),
                         tr("The server refuses changes. Connect without \"read-only\" to edit endpoints."));
    m_notice->show();
}

void EndpointEditor::connectFields()
{
    for (QLineEdit *edit : {m_id, m_url, m_description})
        connect(edit, &QLineEdit::textChanged, this, &EndpointEditor::validate);
    connect(m_headers, &HeaderEditor::headersChanged, this, &EndpointEditor::validate);
    connect(m_filter, &EventFilterField::changed, this, &EndpointEditor::validate);
    connect(m_delivery, &DeliveryFields::changed, this, &EndpointEditor::validate);
    connect(m_security, &SecurityFields::changed, this, &EndpointEditor::validate);
}

void EndpointEditor::validate()
{
    m_security->setCustomHeaders(m_headers->headers());
    validateMain();
    markTabs();
    if (m_follow)
        m_follow->setConcerned(isValid() && change().concernsJobs());
    m_save->setEnabled((m_conflict ? m_conflict->isDecided() : isValid()) && !m_saving);
}

void EndpointEditor::validateMain()
{
    m_idField->setProblem(m_original ? QString() : problemOf(validateEndpointId(m_id->text())));
    const QString url = m_url->text().trimmed();
    const bool untouched = url.isEmpty() && !m_url->isModified(); // an empty form is not full of errors
    Done urlChecked = validateEndpointUrl(url);
    if (urlChecked)
        urlChecked = validateUrlAddress(url, m_security->allowsPrivateNetwork());
    m_urlField->setProblem(untouched ? QString() : problemOf(urlChecked));
    m_urlField->setHint(url.startsWith(QStringLiteral("http://"), Qt::CaseInsensitive)
                            ? tr("Not encrypted: events travel readable for others")
                            : QString());
    m_headersField->setProblem(problemOf(validateCustomHeaders(m_headers->headers())));
}

// What keeps the form from being saved may stand on a tab that is not in front.
void EndpointEditor::markTabs()
{
    const auto mark = [this](Tab tab, const QString &name, bool isValid) {
        m_tabs->setTabText(tab, isValid ? name : tr("%1 (!)").arg(name));
        m_tabs->setTabToolTip(tab, isValid ? QString() : tr("Something here cannot be saved yet"));
    };
    const bool untouched = m_url->text().isEmpty() && !m_url->isModified();
    mark(MainTab, tr("Endpoint"), untouched || isMainValid());
    mark(DeliveryTab, tr("Delivery"), m_delivery->isValid());
    mark(SecurityTab, tr("Security"), m_security->isValid());
}

bool EndpointEditor::isMainValid() const
{
    const QString url = m_url->text().trimmed();
    return (m_original || validateEndpointId(m_id->text())) && validateEndpointUrl(url) &&
           validateUrlAddress(url, m_security->allowsPrivateNetwork()) && m_filter->isValid() &&
           validateCustomHeaders(m_headers->headers());
}

bool EndpointEditor::isValid() const
{
    return isMainValid() && m_delivery->isValid() && m_security->isValid();
}

void EndpointEditor::setLatency(std::optional<double> p95Ms)
{
    m_delivery->setLatency(p95Ms);
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
    m_delivery->addTo(change, isNew, before);
    m_security->addTo(change, isNew, before);
    change.basedOn = m_original;
    return change;
}

void EndpointEditor::save()
{
    if (!isValid() || m_saving)
        return;
    m_saving = true;
    m_notice->hide();
    validate();
    const Reply<QString> reply = [this](const Result<QString> &id) { stored(id); };
    if (m_original)
        m_services.endpoints->changeEndpoint(m_conflict ? m_conflict->decided() : change(), this, reply);
    else
        m_services.endpoints->addEndpoint(change(), this, reply);
}

void EndpointEditor::stored(const Result<QString> &id)
{
    m_saved = id.has_value();
    if (id && m_follow && m_follow->isChosen())
        return letJobsFollow(*id);
    if (!id && m_original && id.error().kind == Error::Kind::Conflict)
        return readTheirs();
    m_saving = false;
    validate();
    if (id)
        return finish(*id, 0);
    showFailure(tr("Not saved."), id.error().line());
}

void EndpointEditor::readTheirs()
{
    m_services.endpoints->listEndpoints(this, [this](const Result<QList<EndpointHealth>> &endpoints) {
        m_saving = false;
        validate();
        if (!endpoints)
            return showFailure(tr("Not saved."), endpoints.error().line());
        for (const EndpointHealth &health : *endpoints) {
            if (health.endpoint.id == m_original->id)
                return showConflict(health.endpoint);
        }
        showFailure(tr("Not saved."), tr("The endpoint was removed meanwhile."));
    });
}

void EndpointEditor::showConflict(const Endpoint &theirs)
{
    leaveConflict();
    if (conflictsOf(change(), theirs).isEmpty())
        return showFailure(tr("Not saved."), tr("Somebody else changes it right now: save again."));
    m_conflict = new EndpointConflictField(change(), theirs, this);
    connect(m_conflict, &EndpointConflictField::changed, this, &EndpointEditor::validate);
    m_tabs->hide();
    m_middle->addWidget(m_conflict, 1);
    m_conflict->show();
    m_cancel->setText(tr("Back to the form"));
    m_notice->setContent(theme::State::Warning, tr("Not saved yet."),
                         tr("Somebody else changed the same settings since you opened this form. Choose what "
                            "is to be saved of each."));
    m_notice->show();
    m_conflict->setFocus();
    validate();
}

void EndpointEditor::leaveConflict()
{
    if (!m_conflict)
        return;
    m_conflict->hide();
    m_conflict->deleteLater();
    m_conflict = nullptr;
    m_tabs->show();
    m_notice->hide();
    m_cancel->setText(tr("Cancel"));
    validate();
}

bool EndpointEditor::isEdited() const
{
    return !m_saved && (formState(*m_tabs, m_security->secretField()) != m_opened ||
                        m_security->secret() != m_openedSecret);
}

void EndpointEditor::reject()
{
    if (m_conflict)
        return leaveConflict();
    if (!isEdited())
        return QDialog::reject();
    ConsentQuestion question;
    question.title = tr("Discard changes?");
    question.text =
        m_original ? tr("What was changed here is not saved yet.") : tr("The endpoint is not added yet.");
    question.button = tr("Discard");
    question.dismiss = tr("Keep editing");
    question.reason = ConsentQuestion::Reason::None;
    question.isDestructive = true;
    auto *dialog = new ConsentDialog(question, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this] { QDialog::reject(); });
    dialog->open();
}

void EndpointEditor::letJobsFollow(const QString &id)
{
    m_follow->apply(this, [this, id](const Result<ActionResult> &result) {
        m_saving = false;
        if (result && result->refused == 0)
            return finish(id, result->changed);
        // Saved it is: what failed can be done again from the queue, not from this form.
        m_tabs->setEnabled(false);
        m_save->hide();
        showFailure(tr("Saved, but jobs made before may still go where the endpoint was."),
                    result ? tr("%1 were refused: %2").arg(result->refused).arg(result->refusal)
                           : result.error().line());
    });
}

void EndpointEditor::finish(const QString &id, qint64 followed)
{
    emit saved(id, followed);
    accept();
}

void EndpointEditor::showFailure(const QString &text, const QString &why)
{
    m_notice->setContent(theme::State::Failure, text, why);
    m_notice->show();
}

} // namespace signalbox
