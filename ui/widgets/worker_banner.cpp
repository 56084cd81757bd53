#include "ui/widgets/worker_banner.h"

#include "ui/widgets/notice.h"

#include <QVBoxLayout>

namespace signalbox {

WorkerBanner::WorkerBanner(QWidget *parent)
    : QWidget(parent)
    , m_notice(new Notice(this, 0))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_notice);
    hide();
}

QString WorkerBanner::text() const
{
    return m_notice->plainText();
}

void WorkerBanner::setProblems(const QStringList &problems)
{
    // The status comes twice a second: a text that is being selected must not be put in anew.
    if (problems == m_problems)
        return;
    m_problems = problems;
    m_notice->setContent(theme::State::Warning, tr("The worker of this window:"),
                         problems.join(QLatin1Char('\n')));
    setVisible(!problems.isEmpty());
}

} // namespace signalbox
