#pragma once

#include <QColor>
#include <QList>
#include <QRectF>
#include <QWidget>

class QPainter;

namespace signalbox {

/// A trend without axes: from 0 at the bottom to the highest value at the top. Fewer than two values, or
/// nothing but zeros, draw a quiet base line.
void paintSparkline(QPainter &painter, const QRectF &rect, const QList<double> &values, const QColor &colour);

/// A sparkline as a widget, in the colour of a state ("ok", "failure" ...).
class Sparkline final : public QWidget
{
    Q_OBJECT
public:
    explicit Sparkline(const QString &state, QWidget *parent = nullptr);
    void setValues(const QList<double> &values);
    void setState(const QString &state);
    QSize sizeHint() const override { return {110, 32}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_state;
    QList<double> m_values;
};

} // namespace signalbox
