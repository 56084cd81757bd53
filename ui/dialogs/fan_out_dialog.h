#pragma once

#include "app/core/console.h"
#include "ui/console_services.h"

#include <QDialog>

class QLabel;
class QPushButton;
class QRadioButton;

namespace signalbox {

class Notice;

/// Turns fan-out on in a database that Signalbox did not create, or rebases it after rows were restored from
/// another cluster; from a chosen point, and saying before what that means (design §2.8, §2.9). Use open().
class FanOutDialog final : public QDialog
{
    Q_OBJECT
public:
    enum class Act { TurnOn, Rebase };
    FanOutDialog(const ConsoleServices &services, Act act, QWidget *parent = nullptr);

signals:
    void performed(); ///< it was done

private:
    void buildLayout();
    QWidget *makeChoice(QRadioButton *button, const QString &explanation);
    void requestPreview();
    void perform();
    RebasePoint chosenPoint() const;

    ConsoleServices m_services;
    const Act m_act;
    QRadioButton *m_fromNow;
    QRadioButton *m_fromCheckpoint;
    QLabel *m_preview;
    Notice *m_problem;
    QPushButton *m_accept;
};

} // namespace signalbox
