#pragma once

#include "app/core/endpoint.h"
#include "ui/console_services.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QLineEdit;

namespace signalbox {

class FormField;
class PemField;
class SecretField;

/// What a receiver can trust an endpoint's requests by, and whom the endpoint trusts: secret and signature,
/// certificates, private networks.
class SecurityFields final : public QWidget
{
    Q_OBJECT
public:
    /// `endpointId` is empty for a new endpoint.
    SecurityFields(const ConsoleServices &services, const QString &endpointId, QWidget *parent = nullptr);

    void setEndpoint(const Endpoint &endpoint);
    /// The names that the signature's header must not have.
    void setCustomHeaders(const QList<HttpHeader> &headers);
    bool allowsPrivateNetwork() const;
    /// What is to be stored; empty when the stored secret stays.
    Secret secret() const;
    const QWidget *secretField() const;
    bool isValid() const;
    /// Puts what is new or differs into the change.
    void addTo(EndpointChange &change, bool isNew, const Endpoint &before) const;

signals:
    void changed();

private:
    QHBoxLayout *buildSignature();
    QHBoxLayout *buildTrust();
    void connectFields();
    SignatureScheme scheme() const;
    QString signatureHeader() const;
    Done checkHeader() const;
    QString pairProblem() const;
    void validate();

    QComboBox *m_scheme;
    QLineEdit *m_header;
    FormField *m_schemeField;
    FormField *m_headerField;
    SecretField *m_secret;
    PemField *m_authorities;
    PemField *m_certificate;
    PemField *m_key;
    QCheckBox *m_allowPrivate;
    QList<HttpHeader> m_customHeaders;
};

} // namespace signalbox
