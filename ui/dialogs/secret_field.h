#pragma once

#include "app/core/secret.h"
#include "app/core/signature_scheme.h"
#include "ui/console_services.h"

#include <QWidget>

class QLineEdit;
class QPushButton;

namespace signalbox {

class FormField;

/// A signing secret: typed or generated, hidden unless asked for. For a stored endpoint an empty field keeps
/// the secret.
class SecretField final : public QWidget
{
    Q_OBJECT
public:
    /// `endpointId` is empty for a new endpoint, which starts with a generated secret.
    SecretField(const ConsoleServices &services, const QString &endpointId, QWidget *parent = nullptr);

    /// What is to be stored; empty when the stored secret stays.
    Secret secret() const;
    bool isValid() const;
    /// The scheme that the stored secret signs with.
    void setStoredScheme(SignatureScheme scheme);
    /// The scheme that the secret is to sign with: some need a key of their own kind.
    void setScheme(SignatureScheme scheme);

signals:
    void changed();

private:
    void toggle();
    void setShown(bool shown);
    void validate();
    void generate();
    QString problem() const;
    void showHint();
    void askToReveal();
    void revealStored();

    const ConsoleServices m_services;
    const QString m_endpointId;
    QLineEdit *m_edit;
    QPushButton *m_show;
    QPushButton *m_copy;
    FormField *m_field;
    SignatureScheme m_scheme = SignatureScheme::V1;
    SignatureScheme m_storedScheme = SignatureScheme::V1;
    bool m_isGenerated = false; ///< what the field holds; may be replaced by one of another kind
    Secret m_stored;            ///< once it was asked for
};

} // namespace signalbox
