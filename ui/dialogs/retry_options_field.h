#pragma once

#include "app/core/console.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QRadioButton;

namespace signalbox {

/// How jobs are retried: one more try or from the start, at once or spread, with whose settings.
class RetryOptionsField final : public QWidget
{
    Q_OBJECT
public:
    explicit RetryOptionsField(QWidget *parent = nullptr);

    /// Several jobs may be spread over time; one is sent at once.
    void setSpreadable(bool isSpreadable);
    /// Nothing where the time to spread over is no duration.
    std::optional<JobRetryOptions> options() const;

signals:
    void changed();

private:
    void showSpread();

    QRadioButton *m_oneMore;
    QRadioButton *m_startOver;
    QCheckBox *m_keepSnapshot;
    QWidget *m_spreadRow;
    QLineEdit *m_spread;
    QLabel *m_spreadHint;
};

} // namespace signalbox
