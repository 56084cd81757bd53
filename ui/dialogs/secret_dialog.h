#pragma once

#include "app/core/secret.h"

#include <QDialog>

namespace signalbox {

/// Shows a new secret once, in full, with a button that copies it.
class SecretDialog final : public QDialog
{
    Q_OBJECT
public:
    SecretDialog(const QString &title, const QString &text, const Secret &secret, QWidget *parent = nullptr);
};

} // namespace signalbox
