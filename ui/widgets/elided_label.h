#pragma once

#include <QLabel>

namespace signalbox {

/// One line of text that gives way in the middle when there is no room; the whole of it is the tool tip.
class ElidedLabel final : public QLabel
{
    Q_OBJECT
public:
    ElidedLabel(const QFont &font, QWidget *parent);
    void setWholeText(const QString &text);
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace signalbox
