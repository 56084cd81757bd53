#pragma once

#include "ui/console_services.h"

#include <QDialog>

class QPushButton;
class QRadioButton;

namespace signalbox {

class Notice;

/// Turns fan-out on in a database that Signalbox did not create, from a chosen point (design §2.9). Use
/// open().
class FanOutDialog final : public QDialog
{
    Q_OBJECT
public:
    explicit FanOutDialog(const ConsoleServices &services, QWidget *parent = nullptr);

signals:
    void turnedOn();

private:
    QWidget *makeChoice(QRadioButton *button, const QString &explanation);
    void turnOn();

    ConsoleServices m_services;
    QRadioButton *m_fromNow;
    QRadioButton *m_fromCheckpoint;
    Notice *m_problem;
    QPushButton *m_accept;
};

} // namespace signalbox
