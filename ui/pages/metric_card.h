#pragma once

#include "ui/widgets/card.h"

class QLabel;

namespace signalbox {

class Sparkline;

/// One figure of the Overview with its trend; a click or Enter asks for what is behind it.
class MetricCard final : public Card
{
    Q_OBJECT
public:
    MetricCard(const QString &title, const QString &state, QWidget *parent = nullptr);

    void setTitle(const QString &title);
    /// `details` is what the tool tip adds.
    void setFigure(const QString &figure, const QString &note, const QString &details = {});
    /// Colours the figure, to draw the eye to it; back to plain text with `false`.
    void setAlarming(bool alarming);
    void setTrend(const QList<double> &values, const QString &toolTip);
    QString figure() const;
    QString note() const;

signals:
    void activated();

protected:
    void resizeEvent(QResizeEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    class Figure;
    void showNote();

    QLabel *m_title;
    Figure *m_figure;
    QLabel *m_note;
    Sparkline *m_trend;
    QString m_noteText; ///< the label shows what fits of it
    bool m_hovered = false;
};

} // namespace signalbox
