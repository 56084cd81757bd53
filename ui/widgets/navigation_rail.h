#pragma once

#include "app/core/delivery_control.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace signalbox {

class NavigationItem;
class StateDot;

/// Pages with their live counts; the delivery worker's switch at the bottom.
class NavigationRail final : public QWidget
{
    Q_OBJECT
public:
    explicit NavigationRail(QWidget *parent = nullptr);

    void addPage(const QString &id, const QString &title, const QString &iconName, const QString &shortcut);
    void setCurrent(const QString &id);
    /// A count at the right of a page; an alarming one is red. Empty: none.
    void setCount(const QString &id, const QString &count, bool isAlarming = false,
                  const QString &toolTip = {});
    /// `obstacle`: why the worker cannot be started, e.g. "Read-only"; empty: it can.
    /// `otherWorkers` deliver from the same database, in other programs or on other machines.
    /// `vanished` ones stopped without signing off.
    void setWorker(const WorkerStatus &status, const QString &obstacle, qint64 otherWorkers, qint64 vanished);
    QPushButton *workerButton() const { return m_workerButton; }

signals:
    void pageChosen(const QString &id);
    void workerToggled();
    void workersRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    NavigationItem *itemOf(const QString &id) const;

    QList<NavigationItem *> m_items;
    QVBoxLayout *m_pages;
    StateDot *m_dot;
    QLabel *m_workerState;
    QLabel *m_workerFigures;
    QPushButton *m_workersButton;
    QPushButton *m_workerButton;
};

} // namespace signalbox
