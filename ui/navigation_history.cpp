#include "ui/navigation_history.h"

namespace signalbox {

void NavigationHistory::visit(const Place &place)
{
    if (m_current >= 0 && m_places.at(m_current).page == place.page &&
        m_places.at(m_current).filter == place.filter) {
        m_places[m_current].row = place.row;
        return;
    }
    m_places.resize(m_current + 1);
    m_places.append(place);
    if (m_places.size() > mostPlaces)
        m_places.removeFirst();
    m_current = m_places.size() - 1;
}

void NavigationHistory::amend(const Place &place)
{
    if (m_current >= 0 && m_places.at(m_current).page == place.page)
        m_places[m_current] = place;
}

void NavigationHistory::amendRow(const QString &page, const QString &row)
{
    if (m_current >= 0 && m_places.at(m_current).page == page)
        m_places[m_current].row = row;
}

std::optional<Place> NavigationHistory::back()
{
    if (!canGoBack())
        return std::nullopt;
    return m_places.at(--m_current);
}

std::optional<Place> NavigationHistory::forward()
{
    if (!canGoForward())
        return std::nullopt;
    return m_places.at(++m_current);
}

} // namespace signalbox
