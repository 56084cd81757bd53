#pragma once

#include "app/core/console.h"

#include <QWidget>

class QCheckBox;

namespace signalbox {

/// Asks, with the number, whether jobs that wait or have failed take over what an endpoint is changed to.
/// Hidden while nothing that jobs carry is changed, or there are none.
class FollowJobsField final : public QWidget
{
    Q_OBJECT
public:
    FollowJobsField(JobActions &actions, const QString &endpointId, QWidget *parent = nullptr);

    /// Whether the form changes something that jobs carry. Counts them at the first time.
    void setConcerned(bool concerned);
    bool isChosen() const;
    /// Lets them follow; replies how many did.
    void apply(QObject *context, Reply<ActionResult> reply);

private:
    void count();
    void showText();

    JobActions &m_actions;
    const QString m_endpointId;
    QCheckBox *m_box;
    bool m_concerned = false;
    bool m_asked = false;
    std::optional<qint64> m_jobs; ///< none: not known
};

} // namespace signalbox
