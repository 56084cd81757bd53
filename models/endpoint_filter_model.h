#pragma once

#include <QSortFilterProxyModel>
#include <QStringList>

namespace signalbox {

/// Endpoints whose state, id, URL or description holds every word; "endpoint:ep_1" and "id:ep_1" mean the id
/// alone. All endpoints are in memory, so this needs no server.
class EndpointFilterModel final : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    explicit EndpointFilterModel(QObject *parent = nullptr);
    void setFilterText(const QString &text);

protected:
    bool filterAcceptsRow(int sourceRow, const QModelIndex &sourceParent) const override;

private:
    QStringList m_words;
};

} // namespace signalbox
