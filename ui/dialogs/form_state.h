#pragma once

#include <QHash>
#include <QVariant>

class QWidget;

namespace signalbox {

/// What each input of a form holds, to be compared with what it held before.
using FormState = QHash<const QWidget *, QVariant>;

/// The inputs below `root`, without those within `except`.
FormState formState(const QWidget &root, const QWidget *except = nullptr);

} // namespace signalbox
