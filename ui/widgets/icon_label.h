#pragma once

#include <QWidget>

namespace signalbox {

/// An icon of the theme in the muted colour.
class IconLabel final : public QWidget
{
    Q_OBJECT
public:
    IconLabel(const QString &iconName, int pixels, QWidget *parent);
    void setIconName(const QString &iconName);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_icon;
    const int m_pixels;
};

} // namespace signalbox
