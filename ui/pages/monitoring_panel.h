#pragma once

#include "app/core/console.h"

#include <QObject>

namespace signalbox {

class RangeSwitch;
class RecordPanel;

/// One monitoring query of the schema's description on the Overview: its rows, what they count, and the
/// choice between all rows and those of the page's range.
class MonitoringPanel final : public QObject
{
    Q_OBJECT
public:
    MonitoringPanel(Monitoring query, QWidget *parent);

    RecordPanel *panel() const { return m_panel; }
    Monitoring query() const { return m_query; }
    Reach reach() const;
    /// `spokenRange`: "last hour".
    void showList(const MonitoringList &list, const QList<JudgedEndpoint> &judged,
                  const QString &spokenRange);

signals:
    void reachChanged();

private:
    QList<QSqlRecord> shownRows(const QList<QSqlRecord> &rows, const QList<JudgedEndpoint> &judged) const;

    const Monitoring m_query;
    RecordPanel *m_panel;
    RangeSwitch *m_switch;
};

} // namespace signalbox
