#include "ui/mainwindow.h"

#include "ui/pages/console_page.h"

#include <QMouseEvent>

// How the window goes back and forward through the places the operator came through.

namespace signalbox {

Place MainWindow::here() const
{
    const ConsolePage *page = currentPage();
    return page ? Place{page->pageId(), page->filterText(), page->selectedId()} : Place();
}

// The page took another filter; its row is still the one from before.
void MainWindow::filterChosen()
{
    const Place now = here();
    m_history.amendRow(now.page, now.row);
    m_history.visit({now.page, now.filter, {}});
}

void MainWindow::goBack()
{
    m_history.amend(here());
    if (const auto place = m_history.back())
        open(*place);
}

void MainWindow::goForward()
{
    m_history.amend(here());
    if (const auto place = m_history.forward())
        open(*place);
}

void MainWindow::open(const Place &place)
{
    ConsolePage *wanted = page(place.page);
    if (!wanted)
        return;
    wanted->applyFilter(place.filter);
    bringToFront(wanted);
    if (!place.row.isEmpty())
        wanted->selectRow(place.row);
}

// The side buttons of a mouse, over whatever widget of the window.
bool MainWindow::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::MouseButtonPress && event->type() != QEvent::MouseButtonDblClick)
        return QMainWindow::eventFilter(watched, event);
    const Qt::MouseButton button = static_cast<QMouseEvent *>(event)->button();
    const auto *widget = qobject_cast<QWidget *>(watched);
    if (!widget || widget->window() != this || (button != Qt::BackButton && button != Qt::ForwardButton))
        return QMainWindow::eventFilter(watched, event);
    button == Qt::BackButton ? goBack() : goForward();
    return true;
}

} // namespace signalbox
