#include "ui/widgets/search_strip.h"

#include "models/display_text.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/notice.h"

#include <QPushButton>
#include <QVBoxLayout>

#include <cmath>

namespace signalbox {

SearchStrip::SearchStrip(QWidget *parent)
    : QWidget(parent)
    , m_notice(new Notice(this))
    , m_stop(makeButton(tr("Cancel search"), this, QStringLiteral("link")))
{
    m_notice->addAtRight(m_stop);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_notice);
    connect(m_stop, &QPushButton::clicked, this, &SearchStrip::stopRequested);
    hide();
}

void SearchStrip::showProgress(const SearchProgress &progress)
{
    const int percent = int(std::floor(progress.share * 100));
    m_notice->setContent(theme::State::Information, tr("Searching, newest first … %1 %").arg(percent),
                         progress.found == 1 ? tr("1 found so far")
                                             : tr("%1 found so far").arg(numberText(progress.found)));
    m_stop->show();
    show();
}

void SearchStrip::showStopped(qsizetype found)
{
    m_notice->setContent(theme::State::Warning, tr("The search was cancelled."),
                         found == 0 ? tr("Nothing was found up to there.")
                                    : tr("What it had found up to there is shown; there may be more."));
    m_stop->hide();
    show();
}

} // namespace signalbox
