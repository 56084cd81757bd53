#include "ui/dialogs/fan_out_dialog.h"

#include "app/core/console.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/notice.h"

#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

namespace signalbox {

FanOutDialog::FanOutDialog(const ConsoleServices &services, QWidget *parent)
    : QDialog(parent)
    , m_services(services)
    , m_fromNow(new QRadioButton(tr("From &now on"), this))
    , m_fromCheckpoint(new QRadioButton(tr("From the stored &checkpoint"), this))
    , m_problem(new Notice(this))
    , m_accept(makeButton(tr("Turn on"), this, QStringLiteral("primary")))
{
    setWindowTitle(tr("Turn on fan-out"));
    m_problem->hide();
    m_fromNow->setChecked(true);
    auto *intro = makeLabel(
        tr("Workers will make a job of every new event for each endpoint whose filter matches. Turn "
           "this on only if no other program inserts jobs for the same events: receivers would get "
           "them twice."),
        theme::textFont(), this);
    intro->setWordWrap(true);
    QPushButton *cancel = makeButton(tr("Cancel"), this);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(5 * theme::step, 5 * theme::step, 5 * theme::step, 4 * theme::step);
    layout->setSpacing(3 * theme::step);
    layout->addWidget(makeLabel(tr("Turn on fan-out"), theme::titleFont(), this));
    layout->addWidget(intro);
    layout->addWidget(
        makeChoice(m_fromNow, tr("Events appended after this moment become jobs. Earlier ones stay "
                                 "history.")));
    layout->addWidget(
        makeChoice(m_fromCheckpoint, tr("Events appended since fan-out last ran, or since Signalbox was "
                                        "introduced here, become jobs at once. They may be many.")));
    layout->addWidget(m_problem);
    layout->addLayout(makeButtonRow({cancel, m_accept}));
    setFixedWidth(520);
    m_accept->setDefault(true);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_accept, &QPushButton::clicked, this, &FanOutDialog::turnOn);
}

QWidget *FanOutDialog::makeChoice(QRadioButton *button, const QString &explanation)
{
    auto *choice = new QWidget(this);
    auto *layout = new QVBoxLayout(choice);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(button);
    QLabel *text = makeMutedLabel(explanation, choice);
    text->setWordWrap(true);
    text->setContentsMargins(6 * theme::step, 0, 0, 0);
    layout->addWidget(text);
    return choice;
}

void FanOutDialog::turnOn()
{
    m_accept->setEnabled(false);
    m_problem->hide();
    const FanOutStart start = m_fromNow->isChecked() ? FanOutStart::Now : FanOutStart::Checkpoint;
    m_services.fanOut->enableFanOut(start, this, [this](const Result<bool> &done) {
        m_accept->setEnabled(true);
        if (done) {
            emit turnedOn();
            return accept();
        }
        m_problem->setContent(theme::State::Failure, tr("Fan-out stays off."), done.error().line());
        m_problem->show();
    });
}

} // namespace signalbox
