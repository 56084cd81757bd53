#include "ui/widgets/secret_clipboard.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>
#include <QTimer>

namespace signalbox {

void copySecret(const Secret &secret, int forMs)
{
    auto *data = new QMimeData;
    data->setText(secret.reveal());
    data->setData(QStringLiteral("x-kde-passwordManagerHint"), "secret");
    QGuiApplication::clipboard()->setMimeData(data);
    QTimer::singleShot(forMs, qApp, [secret] {
        if (QGuiApplication::clipboard()->text() == secret.reveal())
            QGuiApplication::clipboard()->clear();
    });
}

} // namespace signalbox
