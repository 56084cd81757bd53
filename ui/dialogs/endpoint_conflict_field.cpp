#include "ui/dialogs/endpoint_conflict_field.h"

#include "app/core/duration.h"
#include "app/core/retry_schedule_text.h"
#include "models/display_text.h"
#include "ui/dialogs/pem_field.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"

#include <QButtonGroup>
#include <QGridLayout>
#include <QLabel>
#include <QRadioButton>
#include <QRegularExpression>
#include <QVBoxLayout>

#include <algorithm>

namespace signalbox {

namespace {

QString tr(const char *text)
{
    return EndpointConflictField::tr(text);
}

QString nameOf(EndpointField field)
{
    switch (field) {
    case EndpointField::Url:
        return tr("URL");
    case EndpointField::Description:
        return tr("Description");
    case EndpointField::EventFilter:
        return tr("Event filter");
    case EndpointField::CustomHeaders:
        return tr("Custom headers");
    case EndpointField::Timeout:
        return tr("Timeout");
    case EndpointField::Retries:
        return tr("Retries");
    case EndpointField::RetrySchedule:
        return tr("Retry schedule");
    case EndpointField::PrivateNetwork:
        return tr("Private networks");
    case EndpointField::RequestsAtOnce:
        return tr("Requests at once");
    case EndpointField::RateLimit:
        return tr("Rate limit");
    case EndpointField::Burst:
        return tr("Burst");
    case EndpointField::Ordered:
        return tr("One after the other");
    case EndpointField::DiscardWhileDisabled:
        return tr("Events while disabled");
    case EndpointField::SignatureScheme:
        return tr("Signature scheme");
    case EndpointField::SignatureHeader:
        return tr("Signature header");
    case EndpointField::CaCertificates:
        return tr("CA certificates");
    case EndpointField::ClientCertificate:
        break;
    }
    return tr("Client certificate");
}

// A label breaks lines between words only, and a URL is one.
QString breakable(QString text)
{
    static const QRegularExpression mark(QStringLiteral("([/.,?&=_:-])"));
    return text.replace(mark, QStringLiteral("\\1\u200b"));
}

QString headersText(const QList<HttpHeader> &headers)
{
    QStringList lines;
    for (const HttpHeader &header : headers)
        lines.append(QStringLiteral("%1: %2").arg(header.name, maskedHeader(header).value));
    return lines.join(QLatin1Char('\n'));
}

QString valueText(EndpointField field, const Endpoint &endpoint)
{
    const auto yesNo = [](bool yes) { return yes ? tr("yes") : tr("no"); };
    switch (field) {
    case EndpointField::Url:
        return endpoint.url;
    case EndpointField::Description:
        return endpoint.description;
    case EndpointField::EventFilter:
        return endpoint.eventFilter.isEmpty() ? tr("all events") : QString::fromUtf8(endpoint.eventFilter);
    case EndpointField::CustomHeaders:
        return headersText(endpoint.customHeaders);
    case EndpointField::Timeout:
        return writeDuration(endpoint.timeoutMs);
    case EndpointField::Retries:
        return numberText(endpoint.maxRetries);
    case EndpointField::RetrySchedule:
        return endpoint.retryScheduleSeconds.isEmpty() ? tr("default schedule")
                                                       : retryScheduleText(endpoint.retryScheduleSeconds);
    case EndpointField::PrivateNetwork:
        return endpoint.allowPrivateNetwork ? tr("allowed") : tr("refused");
    case EndpointField::RequestsAtOnce:
        return numberText(endpoint.maxInFlight);
    case EndpointField::RateLimit:
        return endpoint.rateLimit ? tr("%1 a second").arg(*endpoint.rateLimit) : tr("none");
    case EndpointField::Burst:
        return endpoint.rateBurst ? numberText(*endpoint.rateBurst) : tr("one second's worth");
    case EndpointField::Ordered:
        return yesNo(endpoint.ordered);
    case EndpointField::DiscardWhileDisabled:
        return endpoint.discardWhileDisabled ? tr("discarded") : tr("held as jobs");
    case EndpointField::SignatureScheme:
        return signatureSchemeName(endpoint.signatureScheme);
    case EndpointField::SignatureHeader:
        return endpoint.signatureHeader.isEmpty() ? tr("the usual one") : endpoint.signatureHeader;
    case EndpointField::CaCertificates:
        return describePem(endpoint.caCertificates);
    case EndpointField::ClientCertificate:
        break;
    }
    return describePem(endpoint.clientCertificate);
}

} // namespace

EndpointConflictField::EndpointConflictField(const EndpointChange &change, const Endpoint &stored,
                                             QWidget *parent)
    : QWidget(parent)
    , m_change(change)
    , m_stored(stored)
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(6 * theme::step);
    grid->setVerticalSpacing(4 * theme::step);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(2, 1);
    grid->addWidget(makeHeading(tr("Theirs, as stored now"), this), 0, 1);
    grid->addWidget(makeHeading(tr("Yours"), this), 0, 2);
    const Endpoint yours = withChange(stored, change);
    for (const EndpointField field : conflictsOf(change, stored))
        addRow(grid, field, yours);
    grid->setRowStretch(grid->rowCount(), 1);
}

void EndpointConflictField::addRow(QGridLayout *grid, EndpointField field, const Endpoint &yours)
{
    const int row = grid->rowCount();
    grid->addWidget(makeMutedLabel(nameOf(field), this), row, 0, Qt::AlignTop);
    auto *group = new QButtonGroup(this);
    const auto addValue = [this, grid, row, group, field](int column, const QString &side,
                                                          const Endpoint &endpoint) {
        const QString text = valueText(field, endpoint);
        auto *button = new QRadioButton(side, this);
        button->setAccessibleName(QStringLiteral("%1, %2: %3").arg(nameOf(field), side, text));
        auto *value = makeLabel(text.isEmpty() ? tr("none") : breakable(text), theme::monoFont(), this);
        value->setWordWrap(true);
        value->setContentsMargins(6 * theme::step, 0, 0, 0);
        auto *cell = new QVBoxLayout;
        cell->setSpacing(theme::step);
        cell->addWidget(button);
        cell->addWidget(value);
        grid->addLayout(cell, row, column, Qt::AlignTop);
        group->addButton(button);
        connect(button, &QRadioButton::toggled, this, &EndpointConflictField::changed);
        return button;
    };
    m_choices.insert(field, {addValue(1, tr("Keep theirs"), m_stored), addValue(2, tr("Save yours"), yours)});
}

bool EndpointConflictField::isDecided() const
{
    return std::all_of(m_choices.cbegin(), m_choices.cend(), [](const Choice &choice) {
        return choice.theirs->isChecked() || choice.yours->isChecked();
    });
}

EndpointChange EndpointConflictField::decided() const
{
    EndpointChange change = m_change;
    for (auto choice = m_choices.cbegin(); choice != m_choices.cend(); ++choice) {
        if (choice->theirs->isChecked())
            leaveOut(change, choice.key());
    }
    change.basedOn = m_stored;
    return change;
}

} // namespace signalbox
