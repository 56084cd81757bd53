#pragma once

#include <QSet>
#include <QString>
#include <QtGlobal>

namespace signalbox {

/// Keeps the log of an incident small: of the failures between two summaries it lets the first of each
/// endpoint through, for a few endpoints, and counts the others.
class FailureFold
{
public:
    static constexpr int mostLines = 10;

    /// Whether this failure gets a line of its own.
    bool admits(const QString &endpointId);
    /// Number of failures without a line since the last call; starts anew.
    qint64 takeFolded();
    bool isEmpty() const { return m_admitted.isEmpty(); }

private:
    QSet<QString> m_admitted; ///< at most mostLines
    qint64 m_folded = 0;
};

} // namespace signalbox
