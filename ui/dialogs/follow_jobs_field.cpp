#include "ui/dialogs/follow_jobs_field.h"

#include "app/core/endpoint_jobs.h"
#include "models/display_text.h"
#include "ui/theme/theme.h"

#include <QCheckBox>
#include <QVBoxLayout>

namespace signalbox {

FollowJobsField::FollowJobsField(JobActions &actions, const QString &endpointId, QWidget *parent)
    : QWidget(parent)
    , m_actions(actions)
    , m_endpointId(endpointId)
    , m_box(new QCheckBox(this))
{
    m_box->setChecked(true);
    m_box->setToolTip(
        tr("A job keeps URL, headers, timeout and retries from when it was made. Without this, those made "
           "before go on to where the endpoint was."));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_box);
    showText();
}

void FollowJobsField::setConcerned(bool concerned)
{
    m_concerned = concerned;
    if (concerned && !m_asked)
        count();
    showText();
}

bool FollowJobsField::isChosen() const
{
    return m_concerned && m_jobs != 0 && m_box->isChecked();
}

void FollowJobsField::count()
{
    m_asked = true;
    m_actions.previewJobs(openJobsOf(m_endpointId), JobAction::Follow, this,
                          [this](const Result<ActionPreview> &preview) {
                              if (preview)
                                  m_jobs = preview->selected;
                              showText();
                          });
}

void FollowJobsField::showText()
{
    m_box->setText(
        !m_jobs ? tr("Jobs that wait or have failed take over the new settings")
        : *m_jobs == 1
            ? tr("One job that waits or has failed takes over the new settings")
            : tr("%1 jobs that wait or have failed take over the new settings").arg(numberText(*m_jobs)));
    setVisible(m_concerned && m_jobs != 0);
}

void FollowJobsField::apply(QObject *context, Reply<ActionResult> reply)
{
    m_actions.changeJobs(openJobsOf(m_endpointId), JobAction::Follow, followReason(m_endpointId), {}, context,
                         std::move(reply));
}

} // namespace signalbox
