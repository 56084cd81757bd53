#include "ui/dialogs/open_jobs_choice.h"

#include "ui/theme/theme.h"

#include <QRadioButton>
#include <QVBoxLayout>

namespace signalbox {

OpenJobsChoice::OpenJobsChoice(QWidget *parent)
    : QWidget(parent)
    , m_keep(new QRadioButton(tr("&Keep them held, in case the endpoint is restored"), this))
    , m_cancel(new QRadioButton(tr("C&ancel them"), this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::step);
    layout->addWidget(m_keep);
    layout->addWidget(m_cancel);
    m_keep->setChecked(true);
    setFocusProxy(m_keep);
}

bool OpenJobsChoice::isCancelling() const
{
    return m_cancel->isChecked();
}

} // namespace signalbox
