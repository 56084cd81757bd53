#pragma once

#include "ui/theme/theme.h"

#include <QAbstractButton>

namespace signalbox {

/// Environment and database in the environment's colour; a click opens the connections.
class EnvironmentBadge final : public QAbstractButton
{
    Q_OBJECT
public:
    explicit EnvironmentBadge(QWidget *parent = nullptr);
    void setEnvironment(const QString &environment, const QString &place, theme::State state);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const QFont m_strong;
    const QFont m_plain;
    QString m_environment;
    QString m_place;
    theme::State m_state = theme::State::Held;
};

/// A field that is none: it opens the command palette.
class SearchButton final : public QAbstractButton
{
    Q_OBJECT
public:
    SearchButton(const QString &text, const QString &keys, QWidget *parent);
    QSize sizeHint() const override { return {340, 28}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const QString m_keys;
};

} // namespace signalbox
