#pragma once

#include <QWidget>

class QRadioButton;

namespace signalbox {

/// What becomes of the open jobs of an endpoint that is removed: they are kept, held, or cancelled.
class OpenJobsChoice final : public QWidget
{
    Q_OBJECT
public:
    explicit OpenJobsChoice(QWidget *parent = nullptr);
    bool isCancelling() const;

private:
    QRadioButton *m_keep;
    QRadioButton *m_cancel;
};

} // namespace signalbox
