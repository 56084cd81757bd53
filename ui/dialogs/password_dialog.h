#pragma once

#include "app/core/profile.h"

#include <QDialog>

class QLineEdit;

namespace signalbox {

/// Asks for the password of a connection whose keychain entry is missing. It is handed over and not kept. Use
/// open().
class PasswordDialog final : public QDialog
{
    Q_OBJECT
public:
    /// `reason`: why it is asked for, e.g. that there is no keychain.
    PasswordDialog(const ConnectionProfile &profile, const QString &reason, QWidget *parent = nullptr);

signals:
    void passwordGiven(const signalbox::Secret &password);

private:
    QLineEdit *m_password;
};

} // namespace signalbox
