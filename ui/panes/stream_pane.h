#pragma once

#include "app/core/console.h"
#include "ui/panes/detail_pane.h"

class QTabWidget;

namespace signalbox {

class FactList;
class JsonView;
class RowList;

/// A stream: its newest events, its snapshots and the newest state.
class StreamPane final : public DetailPane
{
    Q_OBJECT
public:
    explicit StreamPane(const ConsoleServices &services, QWidget *parent = nullptr);

protected:
    void request(const QString &id) override;

private:
    void showDetail(const StreamDetail &detail);
    void showSnapshots(const StreamDetail &detail);

    FactList *m_facts;
    QTabWidget *m_tabs;
    RowList *m_events;
    RowList *m_snapshots;
    JsonView *m_state;
};

} // namespace signalbox
