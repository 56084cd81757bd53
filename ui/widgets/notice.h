#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;

namespace signalbox {

/// A box in the colour of a state: a strong lead, then plain text; buttons may stand at the right.
class Notice final : public QWidget
{
    Q_OBJECT
public:
    explicit Notice(QWidget *parent = nullptr, int cornerRadius = theme::radius);

    void setContent(theme::State state, const QString &lead, const QString &text = {});
    void addAtRight(QWidget *widget);
    QString plainText() const { return m_plainText; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void showText();

    const int m_radius;
    theme::State m_state = theme::State::Information;
    QString m_lead;
    QString m_body;
    QString m_plainText;
    QLabel *m_label;
    QHBoxLayout *m_layout;
};

} // namespace signalbox
