#include "ui/dialogs/dialog_placement.h"

#include <QApplication>
#include <QDialog>
#include <QEvent>
#include <QScreen>
#include <QStyle>

namespace signalbox {

namespace {

// Before the window manager has drawn a frame nobody knows its size.
QMargins frameOf(const QDialog &dialog)
{
    const QRect frame = dialog.frameGeometry();
    const QRect inside = dialog.geometry();
    if (frame != inside)
        return {inside.left() - frame.left(), inside.top() - frame.top(), frame.right() - inside.right(),
                frame.bottom() - inside.bottom()};
    return {2, dialog.style()->pixelMetric(QStyle::PM_TitleBarHeight) + 8, 2, 2};
}

void keepOnScreen(QDialog &dialog)
{
    const QWidget *owner = dialog.parentWidget() ? dialog.parentWidget()->window() : &dialog;
    const QScreen *screen = owner->screen();
    if (!screen)
        return;
    const QRect free = screen->availableGeometry().marginsRemoved(frameOf(dialog));
    QRect place = dialog.geometry();
    place.setSize(place.size().boundedTo(free.size()).expandedTo(dialog.minimumSize()));
    place.moveRight(qMin(place.right(), free.right()));
    place.moveBottom(qMin(place.bottom(), free.bottom()));
    place.moveLeft(qMax(place.left(), free.left()));
    place.moveTop(qMax(place.top(), free.top()));
    if (place != dialog.geometry())
        dialog.setGeometry(place);
}

class DialogPlacement final : public QObject
{
public:
    using QObject::QObject;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        const bool concerns = event->type() == QEvent::Show || event->type() == QEvent::Resize;
        auto *dialog = concerns ? qobject_cast<QDialog *>(watched) : nullptr;
        // Later: with the show event a dialog centres itself, unless somebody has moved it before.
        if (dialog && dialog->isWindow())
            QMetaObject::invokeMethod(
                dialog,
                [dialog] {
                    if (dialog->isVisible())
                        keepOnScreen(*dialog);
                },
                Qt::QueuedConnection);
        return QObject::eventFilter(watched, event);
    }
};

} // namespace

void keepDialogsOnScreen(QApplication &application)
{
    static const QString name = QStringLiteral("signalbox dialog placement");
    if (application.findChild<QObject *>(name, Qt::FindDirectChildrenOnly))
        return;
    auto *placement = new DialogPlacement(&application);
    placement->setObjectName(name);
    application.installEventFilter(placement);
}

} // namespace signalbox
