#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

namespace signalbox {

/// A rounded surface with a hairline border that other widgets lie on.
class Card : public QWidget
{
    Q_OBJECT
public:
    explicit Card(QWidget *parent = nullptr, theme::Token ground = theme::Token::Surface);
    /// Its border says that the keys go to what lies on it.
    void setFocused(bool isFocused);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const theme::Token m_ground;
    bool m_isFocused = false;
};

} // namespace signalbox
