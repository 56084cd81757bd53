#include "ui/dialogs/fan_out_dialog.h"

#include "models/display_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/notice.h"

#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {

/// What the dialog says of an act.
struct Words
{
    QString title, intro, now, checkpoint, button, failure;
};

Words wordsOf(FanOutDialog::Act act)
{
    const auto tr = [](const char *text) { return FanOutDialog::tr(text); };
    if (act == FanOutDialog::Act::TurnOn)
        return {tr("Turn on fan-out"),
                tr("Workers will make a job of every new event for each endpoint whose filter matches. Turn "
                   "this on only if no other program inserts jobs for the same events: receivers would get "
                   "them twice."),
                tr("Events appended after this moment become jobs. Earlier ones stay history."),
                tr("Events appended since fan-out last ran, or since Signalbox was introduced here, become "
                   "jobs at once. They may be many."),
                tr("Turn on"),
                tr("Fan-out stays off.")};
    return {
        tr("Rebase fan-out"),
        tr("Rows of this database come from another cluster, whose transaction numbers mean nothing here. "
           "They become history, and fan-out goes on. From the position of an event: by the command "
           "signalbox fan-out rebase --from."),
        tr("None of the events that are there becomes a job."),
        tr("Events appended since the restore, and those that waited when the dump was made, become jobs "
           "unless they have them."),
        tr("Rebase"),
        tr("Fan-out stands still.")};
}

} // namespace

FanOutDialog::FanOutDialog(const ConsoleServices &services, Act act, QWidget *parent)
    : QDialog(parent)
    , m_services(services)
    , m_act(act)
    , m_fromNow(new QRadioButton(tr("From &now on"), this))
    , m_fromCheckpoint(new QRadioButton(tr("From the stored &checkpoint"), this))
    , m_preview(makeMutedLabel({}, this))
    , m_problem(new Notice(this))
    , m_accept(makeButton(wordsOf(act).button, this, QStringLiteral("primary")))
{
    setWindowTitle(wordsOf(act).title);
    m_problem->hide();
    m_preview->setWordWrap(true);
    m_preview->setVisible(act == Act::Rebase);
    (act == Act::Rebase ? m_fromCheckpoint : m_fromNow)->setChecked(true);
    buildLayout();
    connect(m_accept, &QPushButton::clicked, this, &FanOutDialog::perform);
    if (act == Act::Rebase) {
        connect(m_fromNow, &QRadioButton::toggled, this, &FanOutDialog::requestPreview);
        requestPreview();
    }
}

void FanOutDialog::buildLayout()
{
    const Words words = wordsOf(m_act);
    auto *intro = makeLabel(words.intro, theme::textFont(), this);
    intro->setWordWrap(true);
    QPushButton *cancel = makeButton(tr("Cancel"), this);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(5 * theme::step, 5 * theme::step, 5 * theme::step, 4 * theme::step);
    layout->setSpacing(3 * theme::step);
    layout->addWidget(makeLabel(words.title, theme::titleFont(), this));
    layout->addWidget(intro);
    layout->addWidget(makeChoice(m_fromNow, words.now));
    layout->addWidget(makeChoice(m_fromCheckpoint, words.checkpoint));
    layout->addWidget(m_preview);
    layout->addWidget(m_problem);
    layout->addLayout(makeButtonRow({cancel, m_accept}));
    setFixedWidth(520);
    m_accept->setDefault(true);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
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

RebasePoint FanOutDialog::chosenPoint() const
{
    return {m_fromNow->isChecked() ? RebasePoint::From::Now : RebasePoint::From::Checkpoint, 0};
}

void FanOutDialog::requestPreview()
{
    m_preview->setText(tr("Counting …"));
    const bool isNow = m_fromNow->isChecked();
    m_services.fanOut->previewRebase(
        chosenPoint(), this, [this, isNow](const Result<RebasePreview> &preview) {
            if (isNow != m_fromNow->isChecked())
                return; // of the other choice
            m_preview->setText(
                preview ? tr("%1 events were restored. %2 since the restore have no job; %3 would go "
                             "through fan-out.")
                              .arg(numberText(preview->restoredEvents), numberText(preview->withoutJob),
                                   numberText(preview->fannedOut))
                        : tr("Not known: %1").arg(preview.error().line()));
        });
}

void FanOutDialog::perform()
{
    m_accept->setEnabled(false);
    m_problem->hide();
    const auto reply = [this](const Result<bool> &done) {
        m_accept->setEnabled(true);
        if (done) {
            emit performed();
            return accept();
        }
        m_problem->setContent(theme::State::Failure, wordsOf(m_act).failure, done.error().line());
        m_problem->show();
    };
    if (m_act == Act::Rebase)
        m_services.fanOut->rebaseFanOut(chosenPoint(), this, reply);
    else
        m_services.fanOut->enableFanOut(m_fromNow->isChecked() ? FanOutStart::Now : FanOutStart::Checkpoint,
                                        this, reply);
}

} // namespace signalbox
