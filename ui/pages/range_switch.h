#pragma once

#include <QList>
#include <QStringList>
#include <QWidget>

namespace signalbox {

/// A row of joined choices, one of them chosen; arrow keys move the choice.
class RangeSwitch final : public QWidget
{
    Q_OBJECT
public:
    explicit RangeSwitch(const QStringList &labels, QWidget *parent = nullptr);

    int current() const { return m_current; }
    void setCurrent(int index);
    /// As somebody who clicks it does.
    void choose(int index);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

signals:
    void currentChanged(int index);
    /// A choice was made by hand, perhaps the one that was in force; before currentChanged.
    void chosen(int index);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    int widthOf(int index) const;
    int indexAt(int x) const;

    QStringList m_labels;
    int m_current = 0;
    int m_hovered = -1;
    bool m_keyboardFocus = false; ///< the ring is for those who came by keyboard
};

} // namespace signalbox
