#pragma once

#include "ui/theme/theme.h"

#include <QIcon>

namespace signalbox::theme {

/// A line icon of resources/icons, without ".svg". It is drawn in the current colours each time, so a switch
/// of theme needs no new icon: `normal` for the resting state, the accent when checked or selected.
QIcon icon(const QString &name, Token normal = Token::Muted);

/// One rendering in one colour, for delegates and own widgets; cached.
QPixmap iconPixmap(const QString &name, int pixels, const QColor &colour, qreal devicePixelRatio);

} // namespace signalbox::theme
