#pragma once

#include <QTimer>

#include "ui/widgets/notice.h"

namespace signalbox {

/// The result of an act, over the foot of the window; an error stays until it is dismissed.
class Toast final : public QWidget
{
    Q_OBJECT
public:
    explicit Toast(QWidget *window);
    void showMessage(const QString &text, bool isError);
    QString text() const { return m_notice->plainText(); }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void place();

    Notice *m_notice;
    QTimer m_timer;
};

} // namespace signalbox
