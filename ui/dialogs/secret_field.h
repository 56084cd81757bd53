#pragma once

#include "app/core/secret.h"
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

signals:
    void changed();

private:
    void toggle();
    void setShown(bool shown);
    void validate();
    void revealStored();

    const ConsoleServices m_services;
    const QString m_endpointId;
    QLineEdit *m_edit;
    QPushButton *m_show;
    FormField *m_field;
    Secret m_stored; ///< once it was asked for
};

} // namespace signalbox
