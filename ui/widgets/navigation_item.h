#pragma once

#include "ui/theme/theme.h"

#include <QAbstractButton>

namespace signalbox {

/// One page in the rail: icon, title, count.
class NavigationItem final : public QAbstractButton
{
    Q_OBJECT
public:
    NavigationItem(const QString &id, const QString &title, const QString &iconName, QWidget *parent);

    const QString &id() const { return m_id; }
    void setCount(const QString &count, bool isAlarming);
    QSize sizeHint() const override { return {176, 32}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const QString m_id;
    const QString m_icon;
    const QFont m_font;
    const QFont m_currentFont;
    const QFont m_countFont;
    QString m_count;
    bool m_isAlarming = false;
};

/// A small dot in the colour of a state.
class StateDot final : public QWidget
{
    Q_OBJECT
public:
    using QWidget::QWidget;
    void setState(theme::State state);
    QSize sizeHint() const override { return {10, 16}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    theme::State m_state = theme::State::Held;
};

} // namespace signalbox
