#pragma once

#include "tests/chaos/chaos_database.h"
#include "tests/chaos/chaos_faults.h"
#include "tests/chaos/chaos_receiver.h"

#include <QMap>
#include <QString>
#include <QStringList>

namespace signalbox {

/// What a run was, as measured from three sides: the faults injected, the requests at the receiver, and the
/// database's own account of jobs, attempts and leases.
struct ChaosEvidence
{
    QList<ChaosFault> faults;
    QList<ChaosRequest> requests;
    QList<JobFate> jobs;
    int jobsExpected = 0;
    int leaseMs = 0;
    double neighbourLimit =
        0; ///< of the healthy endpoints' p95 beside hanging ones to that alone; 0: told only
};

/// Types of the jobs of healthy endpoints whose way to the receiver is timed.
inline const QString typeAlone = QStringLiteral("chaos.alone");
inline const QString typeBeside = QStringLiteral("chaos.beside");

/// Lines of the table, in order, and what is wrong.
struct ChaosVerdict
{
    QList<QPair<QString, qint64>> figures;
    QStringList complaints; ///< empty: passed
};

/// Holds the evidence against the rules (design §4): every job came to its end by its rules; every request
/// left an attempt on record; a lease is lost only to a fault that reached its holder; two requests of one
/// job overlap only, and a receiver says yes twice only, where a lease was lost in between.
ChaosVerdict judge(const ChaosEvidence &evidence);

} // namespace signalbox
