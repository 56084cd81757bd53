#pragma once

#include "ui/pages/table_page.h"

namespace signalbox {

/// Every attempt, newest first.
class DeliveriesPage final : public TablePage
{
    Q_OBJECT
public:
    explicit DeliveriesPage(const ConsoleServices &services, QWidget *parent = nullptr);

protected:
    void updateActions() override;
    void fillRowMenu(QMenu *menu, const QSqlRecord &row) override;

private:
    QAction *m_curl = nullptr;
};

} // namespace signalbox
