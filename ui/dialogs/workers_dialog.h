#pragma once

#include "app/core/console.h"

#include "ui/console_services.h"

#include <QDialog>
#include <QTimer>

namespace signalbox {

class Notice;
class RecordPanel;

/// Who delivers from this database, on whatever machine; and who vanished. Read again every two seconds while
/// it is open. Use open().
class WorkersDialog final : public QDialog
{
    Q_OBJECT
public:
    explicit WorkersDialog(const ConsoleServices &services, QWidget *parent = nullptr);

    RecordPanel *panel() const { return m_panel; }
    QString noticeText() const;

private:
    void buildLayout();
    void refresh();
    void showWorkers(const QList<QSqlRecord> &workers);

    ConsoleServices m_services;
    RecordPanel *m_panel;
    Notice *m_notice;
    QTimer m_timer;
    bool m_waiting = false;
};

} // namespace signalbox
