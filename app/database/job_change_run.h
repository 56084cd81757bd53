#pragma once

#include "app/core/console.h"
#include "app/database/job_selection.h"

namespace signalbox {

/// One bulk change of jobs: the ids frozen first, then chunk after chunk, each a transaction of its own that
/// holds its locks for about 60 ms. What is done stays done and is recorded, whatever ends the run: the row
/// of signalbox_changes says how many, its before-images which.
class JobChangeRun
{
public:
    JobChangeRun(PgConnection &connection, SelectionSql selection, const JobChange &change, QString reason,
                 ActionWatch watch);

    Result<ActionResult> run();

private:
    Result<qint64> freeze();
    Result<qint64> countSelected();
    Done fetch(qint64 wanted);
    void advance(qint64 jobs);
    Done record();
    Done changeAll();
    Done changeNext();
    Result<qint64> changeChunk(qint64 size);
    Done afterFailure(const Error &error, qint64 size);
    void forgetEmptyChange();
    bool isStopped() const;

    PgConnection &m_connection;
    const SelectionSql m_selection;
    const JobChange m_change;
    const QString m_reason;
    const ActionWatch m_watch;
    QString m_chunkSql;
    QList<QSqlRecord> m_ahead; ///< frozen jobs to be looked at next
    bool m_isFrozen = false;   ///< the cursor is there
    qint64 m_total = 0;        ///< frozen
    qint64 m_place = 0;        ///< of them looked at
    qint64 m_chunk = 500;
    int m_tries = 0; ///< of the chunk at hand, after errors of the server
    ActionResult m_result;
};

} // namespace signalbox
