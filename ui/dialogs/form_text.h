#pragma once

#include "app/core/result.h"

#include <QString>

#include <optional>

class QCheckBox;
class QWidget;

namespace signalbox {

/// What is wrong, for the line below a field; empty if nothing is.
QString problemOf(const Done &checked);

/// A check box with a line below that says what it means.
QWidget *explained(QCheckBox *box, const QString &explanation, QWidget *parent);

/// A value that goes along only if it is new or differs.
template <typename T> std::optional<T> changed(const T &value, bool isNew, const T &before)
{
    return isNew || value != before ? std::optional<T>(value) : std::nullopt;
}

} // namespace signalbox
