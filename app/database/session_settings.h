#pragma once

#include "app/core/result.h"
#include "app/database/connection_settings.h"
#include "app/database/session_options.h"

#include <QList>
#include <QString>

namespace signalbox {

/// A run-time setting of PostgreSQL and its value as pg_settings shows it.
struct SessionSetting
{
    QString name;
    QString value;
};

/// What a session of ours relies on. A role or a database may have settings of its own (ALTER ROLE … SET)
/// that would change what statements mean or how long they live; these go before them. The search path is
/// left alone, since it may be how the schema is found, as are memory and durability.
QList<SessionSetting> pinnedSettings(Access access, const SessionOptions &options);

/// The same as the startup "options" of a session, in libpq's syntax.
QString asStartupOptions(const QList<SessionSetting> &settings);

/// Settings out of somebody's startup options: `-c name=value`, `--name=value`. Errors: Refused for anything
/// else.
Result<QList<SessionSetting>> readStartupOptions(const QString &options);

} // namespace signalbox
