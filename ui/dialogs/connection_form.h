#pragma once

#include "app/core/profile.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QSpinBox;

namespace signalbox {

class FormField;

/// The fields of one saved connection, checked as they are typed. The password is a field beside the profile:
/// it never becomes part of it.
class ConnectionForm final : public QWidget
{
    Q_OBJECT
public:
    explicit ConnectionForm(QWidget *parent = nullptr);

    /// Built-in connections are shown but cannot be edited.
    void setProfile(const ConnectionProfile &profile);
    ConnectionProfile profile() const;
    bool isValid() const;
    /// What was typed; empty: the stored one, if there is one.
    Secret typedPassword() const;
    Secret typedProxyPassword() const;
    void clearPassword();
    void setPasswordHint(const QString &hint);
    /// Fills everything but the environment, as an address says it; the name only where there is none.
    void takeAddress(const AddressedProfile &addressed, const QString &suggestedName);

    /// Whether a text is meant as a libpq URI.
    static bool isAddress(const QString &text);

signals:
    void changed();
    /// A URI was pasted or typed into a field, which holds nothing any more.
    void addressGiven(const QString &address);

private:
    void buildLayout();
    void fillColours();
    void setFields(const ConnectionProfile &profile);
    void watchForAddress(QLineEdit *edit);
    void orderTabs();
    void showFiles();
    void validate();

    ConnectionProfile::Kind m_kind = ConnectionProfile::Kind::Server;
    QLineEdit *m_name;
    QLineEdit *m_host;
    QSpinBox *m_port;
    QLineEdit *m_database;
    QLineEdit *m_user;
    QComboBox *m_sslMode;
    QLineEdit *m_rootCertificate;
    QLineEdit *m_certificate;
    QLineEdit *m_key;
    QLineEdit *m_environment;
    QComboBox *m_colour;
    QCheckBox *m_readOnly;
    QLineEdit *m_password;
    QLineEdit *m_proxy;
    QLineEdit *m_proxyPassword;
    FormField *m_nameField;
    FormField *m_hostField;
    FormField *m_databaseField;
    FormField *m_userField;
    FormField *m_passwordField;
    FormField *m_rootCertificateField;
    FormField *m_certificateField;
    FormField *m_keyField;
    FormField *m_proxyField;
    FormField *m_proxyPasswordField;
};

} // namespace signalbox
