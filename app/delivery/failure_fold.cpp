#include "app/delivery/failure_fold.h"

#include <utility>

namespace signalbox {

bool FailureFold::admits(const QString &endpointId)
{
    if (m_admitted.size() >= mostLines || m_admitted.contains(endpointId)) {
        ++m_folded;
        return false;
    }
    m_admitted.insert(endpointId);
    return true;
}

qint64 FailureFold::takeFolded()
{
    m_admitted.clear();
    return std::exchange(m_folded, 0);
}

} // namespace signalbox
