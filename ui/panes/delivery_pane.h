#pragma once

#include "app/core/console.h"
#include "ui/panes/detail_pane.h"

namespace signalbox {

class FactList;
class HeaderTable;
class JsonView;
class Notice;

/// One attempt: what came of it and why, response, request and what was sent.
class DeliveryPane final : public DetailPane
{
    Q_OBJECT
public:
    explicit DeliveryPane(const ConsoleServices &services, QWidget *parent = nullptr);

protected:
    void request(const QString &id) override;

private:
    void showDetail(const DeliveryDetail &detail);

    Notice *m_outcome;
    FactList *m_facts;
    JsonView *m_response;
    HeaderTable *m_responseHeaders;
    HeaderTable *m_requestHeaders;
    QLabel *m_noBody;
    JsonView *m_payload;
};

} // namespace signalbox
