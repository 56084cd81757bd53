#include "ui/dialogs/security_fields.h"

#include "app/core/signature_scheme.h"
#include "app/core/tls_material.h"
#include "ui/dialogs/form_field.h"
#include "ui/dialogs/form_text.h"
#include "ui/dialogs/pem_field.h"
#include "ui/dialogs/secret_field.h"
#include "ui/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

namespace signalbox {

namespace {

QString schemeHint(SignatureScheme scheme)
{
    switch (scheme) {
    case SignatureScheme::V1:
        return SecurityFields::tr("Standard Webhooks, with a shared secret");
    case SignatureScheme::V1a:
        return SecurityFields::tr("Standard Webhooks, Ed25519: the receiver needs the public key only");
    case SignatureScheme::HubSha256:
        return SecurityFields::tr("besides v1, sha256=… of the body, as GitHub and WebSub sign");
    case SignatureScheme::Timestamped:
        break;
    }
    return SecurityFields::tr("besides v1, t=…,v1=… of time and body, as Stripe signs");
}

PemField::Check certificateCheck(const QString &what)
{
    return [what](const QByteArray &pem) { return validateCertificates(what, pem); };
}

Done checkKey(const QByteArray &pem)
{
    return validateClientKey(Secret(QString::fromUtf8(pem)));
}

} // namespace

SecurityFields::SecurityFields(const ConsoleServices &services, const QString &endpointId, QWidget *parent)
    : QWidget(parent)
    , m_scheme(new QComboBox(this))
    , m_header(new QLineEdit(this))
    , m_schemeField(new FormField(tr("Signature scheme"), m_scheme, this))
    , m_headerField(new FormField(tr("Signature header"), m_header, this))
    , m_secret(new SecretField(services, endpointId, this))
    , m_authorities(new PemField(tr("CA certificates"), certificateCheck(tr("CA certificates")), this))
    , m_certificate(new PemField(tr("Client certificate"), certificateCheck(tr("client certificate")), this))
    , m_key(new PemField(tr("Client key"), checkKey, this))
    , m_allowPrivate(new QCheckBox(tr("Allow &private networks"), this))
{
    for (const QString &name : signatureSchemeNames())
        m_scheme->addItem(name);
    m_header->setFont(theme::monoFont());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4 * theme::step);
    layout->addLayout(buildSignature());
    layout->addWidget(m_secret); // over the whole width: a secret is long
    layout->addLayout(buildTrust());
    layout->addStretch(1);
    connectFields();
}

QHBoxLayout *SecurityFields::buildSignature()
{
    auto *row = new QHBoxLayout;
    row->setSpacing(6 * theme::step);
    row->addWidget(m_schemeField, 1);
    row->addWidget(m_headerField, 1);
    return row;
}

QHBoxLayout *SecurityFields::buildTrust()
{
    auto *left = new QVBoxLayout;
    auto *right = new QVBoxLayout;
    auto *columns = new QHBoxLayout;
    columns->setSpacing(6 * theme::step);
    for (QVBoxLayout *column : {left, right}) {
        column->setSpacing(3 * theme::step);
        columns->addLayout(column, 1);
    }
    left->addWidget(m_authorities);
    left->addWidget(
        explained(m_allowPrivate,
                  tr("Otherwise addresses of this machine and of internal networks are refused when "
                     "connecting, so that an endpoint cannot be used to reach them."),
                  this));
    left->addStretch(1);
    right->addWidget(m_certificate);
    right->addWidget(m_key);
    right->addStretch(1);
    return columns;
}

void SecurityFields::connectFields()
{
    connect(m_scheme, &QComboBox::currentIndexChanged, this, [this] {
        m_secret->setScheme(scheme());
        validate();
    });
    connect(m_header, &QLineEdit::textChanged, this, &SecurityFields::validate);
    connect(m_secret, &SecretField::changed, this, &SecurityFields::validate);
    connect(m_allowPrivate, &QCheckBox::toggled, this, &SecurityFields::validate);
    for (PemField *field : {m_authorities, m_certificate, m_key})
        connect(field, &PemField::changed, this, &SecurityFields::validate);
}

void SecurityFields::setEndpoint(const Endpoint &endpoint)
{
    m_secret->setStoredScheme(endpoint.signatureScheme);
    m_scheme->setCurrentText(signatureSchemeName(endpoint.signatureScheme));
    m_header->setText(endpoint.signatureHeader);
    m_authorities->setStored(describePem(endpoint.caCertificates));
    m_certificate->setStored(describePem(endpoint.clientCertificate));
    m_key->setStored(endpoint.hasClientKey ? tr("stored, never shown") : QString());
    m_allowPrivate->setChecked(endpoint.allowPrivateNetwork);
    validate();
}

void SecurityFields::setCustomHeaders(const QList<HttpHeader> &headers)
{
    if (headers == m_customHeaders)
        return;
    m_customHeaders = headers;
    validate();
}

bool SecurityFields::allowsPrivateNetwork() const
{
    return m_allowPrivate->isChecked();
}

Secret SecurityFields::secret() const
{
    return m_secret->secret();
}

const QWidget *SecurityFields::secretField() const
{
    return m_secret;
}

SignatureScheme SecurityFields::scheme() const
{
    return signatureSchemeNamed(m_scheme->currentText()).value_or(SignatureScheme::V1);
}

// A scheme without a header of its own has no name for one, whatever the field still holds.
QString SecurityFields::signatureHeader() const
{
    return schemeHeaderName(scheme(), {}).isEmpty() ? QString() : m_header->text().trimmed();
}

Done SecurityFields::checkHeader() const
{
    return validateSignatureHeader(scheme(), signatureHeader(), m_customHeaders);
}

// The stored key is never read back: whether it goes with a new certificate is judged when that is saved.
QString SecurityFields::pairProblem() const
{
    if (m_certificate->isFilled() && m_key->isFilled() && m_certificate->pem() && m_key->pem() &&
        m_certificate->isValid() && m_key->isValid()) {
        const Secret key(QString::fromUtf8(*m_key->pem()));
        return problemOf(validateTlsMaterial({{}, *m_certificate->pem(), key}));
    }
    if (m_certificate->isFilled() == m_key->isFilled())
        return {};
    return m_certificate->isFilled() ? tr("the certificate needs its private key")
                                     : tr("there is a key and no certificate");
}

void SecurityFields::validate()
{
    m_schemeField->setHint(schemeHint(scheme()));
    const QString usual = schemeHeaderName(scheme(), {});
    m_headerField->setVisible(!usual.isEmpty());
    m_header->setPlaceholderText(usual);
    m_headerField->setProblem(problemOf(checkHeader()));
    m_headerField->setHint(tr("Empty: the usual one"));
    m_key->setProblem(pairProblem());
    emit changed();
}

bool SecurityFields::isValid() const
{
    return m_secret->isValid() && checkHeader() && m_authorities->isValid() && m_certificate->isValid() &&
           m_key->isValid() && pairProblem().isEmpty();
}

void SecurityFields::addTo(EndpointChange &change, bool isNew, const Endpoint &before) const
{
    if (const Secret wanted = secret(); !wanted.isEmpty())
        change.secret = wanted;
    change.signatureScheme = signalbox::changed(scheme(), isNew, before.signatureScheme);
    change.signatureHeader = signalbox::changed(signatureHeader(), isNew, before.signatureHeader);
    change.caCertificates = m_authorities->pem();
    change.clientCertificate = m_certificate->pem();
    if (m_key->pem())
        change.clientKey = Secret(QString::fromUtf8(*m_key->pem()));
    change.allowPrivateNetwork =
        signalbox::changed(allowsPrivateNetwork(), isNew, before.allowPrivateNetwork);
}

} // namespace signalbox
