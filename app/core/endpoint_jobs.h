#pragma once

#include "app/core/console.h"

namespace signalbox {

/// Jobs of an endpoint that a change of it concerns: those that wait, are being sent or have failed. Which of
/// them differ from it JobAction::Follow finds out.
JobSelection openJobsOf(const QString &endpointId);

/// Those of them that are still to be sent: what becomes of them is asked when the endpoint is removed.
JobSelection undeliveredJobsOf(const QString &endpointId);

/// What is kept with the change of those jobs.
QString followReason(const QString &endpointId);

} // namespace signalbox
