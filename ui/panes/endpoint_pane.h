#pragma once

#include "app/core/delivery.h"
#include "app/core/endpoint.h"
#include "ui/panes/detail_pane.h"

#include <QTimer>

class QAction;
class QHBoxLayout;
class QLabel;
class QPlainTextEdit;

namespace signalbox {

class EndpointModel;
class FactList;
class Notice;
class SecretText;

/// One endpoint: what it is sent, how it fares, and its secret on request.
class EndpointPane final : public DetailPane
{
    Q_OBJECT
public:
    /// How long a secret stays on screen.
    static constexpr int secretShownMs = 30'000;

    EndpointPane(const ConsoleServices &services, const EndpointModel *endpoints, QWidget *parent = nullptr);

    void addActionButton(QAction *action, const QString &kind = {});
    void addBreakerButton(QAction *action);
    void addSecretButton(QAction *action);
    /// The outcome of a test event, shown until another endpoint is chosen.
    void showTestStarted(const QString &endpointId);
    void showTestResult(const QString &endpointId, const Result<AttemptRecord> &attempt);
    void toggleSecret();
    bool isSecretShown() const { return m_hideSecret.isActive(); }

signals:
    /// The secret is to be shown, which has to be asked for, or hidden.
    void secretToggled();

protected:
    void request(const QString &id) override;

private:
    void showEndpoint(const EndpointHealth &health);
    void showNotice(const EndpointHealth &health);
    void showDisabled(const EndpointHealth &health);
    void showRemoved(const EndpointHealth &health);
    void showHealth(const EndpointHealth &health);
    void showSettings(const Endpoint &endpoint);
    void hideSecret();
    void followFilter(const QString &link);

    const EndpointModel *m_endpoints;
    QString m_endpointId;
    Notice *m_notice;
    QHBoxLayout *m_buttons;
    QHBoxLayout *m_breakerRow;
    QLabel *m_breaker;
    QHBoxLayout *m_secretRow;
    Notice *m_test;
    QPlainTextEdit *m_response;
    QString m_testedId;
    FactList *m_health;
    FactList *m_settings;
    FactList *m_headers;
    QLabel *m_headersHeading;
    SecretText *m_secret;
    QPushButton *m_secretButton;
    QPushButton *m_copySecret;
    QList<QWidget *> m_ofPresent; ///< what a removed endpoint has not
    QTimer m_hideSecret;
};

} // namespace signalbox
