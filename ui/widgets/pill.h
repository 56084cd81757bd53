#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

namespace signalbox {

/// Draws a state pill (dot and word), vertically centred and left-aligned in `rect`; returns its width.
int paintPill(QPainter *painter, const QRect &rect, const QString &text, theme::State state);
int pillWidth(const QString &text);

/// A state as a word with a dot, never by colour alone.
class Pill final : public QWidget
{
    Q_OBJECT
public:
    explicit Pill(QWidget *parent = nullptr);
    void setState(const QString &text, theme::State state);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_text;
    theme::State m_state = theme::State::Held;
};

} // namespace signalbox
