#pragma once

#include "app/core/endpoint.h"
#include "ui/console_services.h"

#include <QDialog>

#include <optional>

class QCheckBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QVBoxLayout;

namespace signalbox {

class EventFilterField;
class FormField;
class HeaderEditor;
class Notice;
class SecretField;

/// Adds an endpoint or edits one; every field is checked as it is typed with the rules that the gateway
/// checks again. Use open(); `saved` comes once the server has taken it.
class EndpointEditor final : public QDialog
{
    Q_OBJECT
public:
    EndpointEditor(const ConsoleServices &services, const std::optional<Endpoint> &endpoint, bool readOnly,
                   QWidget *parent = nullptr);

    /// What would be handed over now: everything for a new endpoint, else what differs.
    EndpointChange change() const;
    bool isValid() const;

signals:
    void saved(const QString &id);

private:
    void buildFields();
    void buildLayout();
    QVBoxLayout *buildLeft();
    QVBoxLayout *buildRight();
    void showEndpoint();
    void makeReadOnly();
    void connectFields();
    void validate();
    void save();

    const ConsoleServices m_services;
    const std::optional<Endpoint> m_original;
    QLineEdit *m_id;
    QLineEdit *m_url;
    QLineEdit *m_description;
    HeaderEditor *m_headers;
    QSpinBox *m_timeout;
    QSpinBox *m_retries;
    QLineEdit *m_schedule;
    QCheckBox *m_allowPrivate;
    QCheckBox *m_discard;
    FormField *m_idField;
    FormField *m_urlField;
    FormField *m_headersField;
    FormField *m_scheduleField;
    EventFilterField *m_filter;
    SecretField *m_secret;
    QWidget *m_form;
    Notice *m_notice;
    QPushButton *m_save;
    bool m_saving = false;
};

} // namespace signalbox
