#pragma once

#include <QString>

/// Why the file at `path` (relative to the source root) must not include `include` (as written, without its
/// brackets); empty when it may. The rules are those of the layout: core <- database, delivery, models,
/// platform; models <- ui.
QString layerViolation(const QString &path, const QString &include);
