#include "ui/dialogs/retry_options_field.h"

#include "app/core/duration.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QRadioButton>

namespace signalbox {

namespace {

constexpr int spreadFieldWidth = 110;

} // namespace

RetryOptionsField::RetryOptionsField(QWidget *parent)
    : QWidget(parent)
    , m_oneMore(new QRadioButton(tr("&One more try"), this))
    , m_startOver(new QRadioButton(tr("&Start over: as many attempts as a new job has"), this))
    , m_keepSnapshot(new QCheckBox(tr("&Keep the job's own URL, headers and timeout"), this))
    , m_spreadRow(new QWidget(this))
    , m_spread(new QLineEdit(m_spreadRow))
    , m_spreadHint(makeMutedLabel({}, m_spreadRow))
{
    m_oneMore->setChecked(true);
    m_oneMore->setToolTip(tr("One attempt beyond those that were made, without back-off"));
    m_keepSnapshot->setToolTip(tr("Without it they are sent as their endpoint is set now"));
    m_spread->setFixedWidth(spreadFieldWidth);
    m_spread->setPlaceholderText(tr("at once"));
    m_spread->setAccessibleName(tr("Spread over"));
    auto *caption = new QLabel(tr("S&pread over"), m_spreadRow);
    caption->setBuddy(m_spread);
    auto *spreadLayout = new QHBoxLayout(m_spreadRow);
    spreadLayout->setContentsMargins(0, 0, 0, 0);
    spreadLayout->setSpacing(2 * theme::step);
    spreadLayout->addWidget(caption);
    spreadLayout->addWidget(m_spread);
    spreadLayout->addWidget(m_spreadHint, 1);
    auto *attempts = new QHBoxLayout;
    attempts->setSpacing(5 * theme::step);
    attempts->addWidget(m_oneMore);
    attempts->addWidget(m_startOver);
    attempts->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2 * theme::step);
    layout->addLayout(attempts);
    layout->addWidget(m_keepSnapshot);
    layout->addWidget(m_spreadRow);
    m_spreadRow->hide();
    connect(m_spread, &QLineEdit::textChanged, this, &RetryOptionsField::showSpread);
    showSpread();
}

void RetryOptionsField::setSpreadable(bool isSpreadable)
{
    m_spreadRow->setVisible(isSpreadable);
    m_keepSnapshot->setText(isSpreadable ? tr("&Keep each job's own URL, headers and timeout")
                                         : tr("&Keep the job's own URL, headers and timeout"));
    layout()->activate(); // the dialog measures itself before the event loop would
    updateGeometry();
}

std::optional<JobRetryOptions> RetryOptionsField::options() const
{
    JobRetryOptions options;
    options.startOver = m_startOver->isChecked();
    options.keepSnapshot = m_keepSnapshot->isChecked();
    if (m_spreadRow->isHidden() || m_spread->text().trimmed().isEmpty())
        return options;
    const std::optional<qint64> spreadMs = parseDuration(m_spread->text());
    if (!spreadMs)
        return std::nullopt;
    options.spreadMs = *spreadMs;
    return options;
}

void RetryOptionsField::showSpread()
{
    const bool isWrong = !options();
    setInvalid(m_spread, isWrong);
    m_spreadHint->setText(isWrong ? tr("is no duration: write 30 s, 10 min or 2 h")
                                  : tr("evenly, the oldest first, e.g. 10 min"));
    emit changed();
}

} // namespace signalbox
