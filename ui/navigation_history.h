#pragma once

#include <QList>
#include <QString>

#include <optional>

namespace signalbox {

/// Where the operator is: a page, its filter and the row that is chosen there.
struct Place
{
    QString page;
    QString filter;
    QString row;
    friend bool operator==(const Place &, const Place &) = default;
};

/// The places the operator came through, as a browser keeps them: a new place forgets what lay ahead. At most
/// `mostPlaces` are kept.
class NavigationHistory
{
public:
    static constexpr qsizetype mostPlaces = 100;

    /// Another page or filter; only another row is no new place.
    void visit(const Place &place);
    /// What became of the place at hand before it is left.
    void amend(const Place &place);
    void amendRow(const QString &page, const QString &row);

    bool canGoBack() const { return m_current > 0; }
    bool canGoForward() const { return m_current + 1 < m_places.size(); }
    std::optional<Place> back();
    std::optional<Place> forward();

private:
    QList<Place> m_places;
    qsizetype m_current = -1;
};

} // namespace signalbox
