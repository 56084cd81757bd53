#pragma once

#include "app/core/console.h"

#include <QTimer>
#include <QWidget>

class QPushButton;

namespace signalbox {

class Notice;

/// Says that the database is lost or refuses, counts down to the next try and lets the operator try at once.
/// What was on screen stays there.
class ConnectionBanner final : public QWidget
{
    Q_OBJECT
public:
    explicit ConnectionBanner(QWidget *parent = nullptr);
    void setStatus(const ConnectionStatus &status);
    QString text() const;

signals:
    void retryRequested();
    void connectionsRequested();

private:
    void showCountdown();

    Notice *m_notice;
    QPushButton *m_retry;
    QPushButton *m_connections;
    ConnectionStatus m_status;
    QTimer m_tick;
    QDateTime m_nextTry;
};

} // namespace signalbox
