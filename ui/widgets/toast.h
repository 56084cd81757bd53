#pragma once

#include "ui/widgets/notice.h"
#include "ui/widgets/toast_notice.h"

#include <QTimer>

class QHBoxLayout;
class QPushButton;

namespace signalbox {

/// The result of an act, over the foot of the window; an error stays until it is dismissed.
class Toast final : public QWidget
{
    Q_OBJECT
public:
    explicit Toast(QWidget *window);
    void showMessage(const QString &text, bool isError);
    void showNotice(const ToastNotice &notice);
    QString text() const { return m_notice->plainText(); }
    QList<QPushButton *> buttons() const { return m_buttons; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void setButtons(const QList<ToastButton> &buttons);
    void place();

    Notice *m_notice;
    QWidget *m_buttonBox;
    QHBoxLayout *m_buttonRow;
    QList<QPushButton *> m_buttons;
    QString m_id; ///< of the notice on screen
    QTimer m_timer;
};

} // namespace signalbox
