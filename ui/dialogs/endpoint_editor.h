#pragma once

#include "app/core/endpoint.h"
#include "ui/console_services.h"
#include "ui/dialogs/form_state.h"

#include <QDialog>

#include <optional>

class QLineEdit;
class QPushButton;
class QTabWidget;
class QVBoxLayout;

namespace signalbox {

class DeliveryFields;
class EndpointConflictField;
class EventFilterField;
class FollowJobsField;
class FormField;
class HeaderEditor;
class Notice;
class SecurityFields;

/// Adds an endpoint or edits one, on three tabs (Ctrl+Tab goes round); every field is checked as it is typed
/// with the rules that the gateway checks again. Use open(); `saved` comes once the server has taken it.
class EndpointEditor final : public QDialog
{
    Q_OBJECT
public:
    EndpointEditor(const ConsoleServices &services, const std::optional<Endpoint> &endpoint, bool readOnly,
                   QWidget *parent = nullptr);

    /// What would be handed over now: everything for a new endpoint, else what differs.
    EndpointChange change() const;
    bool isValid() const;
    /// How long its attempts took of late, to judge the timeout by.
    void setLatency(std::optional<double> p95Ms);
    /// Asks first where something was changed.
    void reject() override;

signals:
    /// `followed`: jobs made before that took over the new settings.
    void saved(const QString &id, qint64 followed);

private:
    void buildFields();
    void buildLayout();
    QWidget *buildMain();
    void showEndpoint();
    void makeReadOnly();
    void connectFields();
    void validate();
    void validateMain();
    bool isMainValid() const;
    void markTabs();
    void save();
    void stored(const Result<QString> &id);
    bool isEdited() const;
    void readTheirs();
    void showConflict(const Endpoint &theirs);
    void leaveConflict();
    void letJobsFollow(const QString &id);
    void finish(const QString &id, qint64 followed);
    void showFailure(const QString &text, const QString &why);

    const ConsoleServices m_services;
    const std::optional<Endpoint> m_original;
    QTabWidget *m_tabs;
    QLineEdit *m_id;
    QLineEdit *m_url;
    QLineEdit *m_description;
    HeaderEditor *m_headers;
    FormField *m_idField;
    FormField *m_urlField;
    FormField *m_headersField;
    EventFilterField *m_filter;
    DeliveryFields *m_delivery;
    SecurityFields *m_security;
    FollowJobsField *m_follow = nullptr; ///< none for a new endpoint
    Notice *m_notice;
    QPushButton *m_cancel;
    QPushButton *m_save;
    QVBoxLayout *m_middle;
    EndpointConflictField *m_conflict = nullptr; ///< while it is asked whose settings are taken
    FormState m_opened;                          ///< what the inputs held
    Secret m_openedSecret;
    bool m_saving = false;
    bool m_saved = false;
};

} // namespace signalbox
