#pragma once

#include "app/core/console.h"
#include "ui/panes/detail_pane.h"

class QTabWidget;

namespace signalbox {

class FactList;
class JsonView;
class RowList;

/// An event: where it stands in its stream, what it belongs to, payload and metadata, the jobs made of it.
class EventPane final : public DetailPane
{
    Q_OBJECT
public:
    explicit EventPane(const ConsoleServices &services, QWidget *parent = nullptr);

protected:
    void request(const QString &id) override;

private:
    void showDetail(const EventDetail &detail);
    void showFacts(const QSqlRecord &event);
    void showJobs(const EventDetail &detail);

    FactList *m_facts;
    QTabWidget *m_tabs;
    JsonView *m_payload;
    JsonView *m_metadata;
    RowList *m_jobs;
};

} // namespace signalbox
