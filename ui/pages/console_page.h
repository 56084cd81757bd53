#pragma once

#include "ui/widgets/toast_notice.h"

#include <QAction>
#include <QList>
#include <QWidget>

namespace signalbox {

/// One page of the window. The shell shows it, asks it to refresh while it is visible, and lists its actions
/// in the command palette.
class ConsolePage : public QWidget
{
    Q_OBJECT
public:
    using QWidget::QWidget;

    virtual QString pageId() const = 0;    ///< "queue"; also the word `shot` takes
    virtual QString pageTitle() const = 0; ///< "Queue"
    virtual QString iconName() const = 0;  ///< of resources/icons, without .svg

    /// Reads what is shown again, keeping selection and scroll. Called every 2 s and on notify while visible.
    virtual void refresh() = 0;
    /// Drops everything and starts afresh: another database.
    virtual void reset() = 0;
    /// Applies a filter text (may be empty), as another page or the palette asks for it.
    virtual void applyFilter(const QString &filterText) = 0;
    /// What applyFilter and selectRow would bring back; empty: none.
    virtual QString filterText() const { return {}; }
    virtual QString selectedId() const { return {}; }
    /// Selects a row by id, loading it if needed.
    virtual void selectRow(const QString &id) = 0;
    /// True when everything asked for has arrived and is drawn; `shot` waits for it.
    virtual bool isSettled() const = 0;
    /// What the page says went wrong; empty: nothing did.
    virtual QString problem() const = 0;
    /// What the page can do now, each with a shortcut.
    virtual QList<QAction *> pageActions() const = 0;

signals:
    void settled();
    /// What the page shows was read from the database just now.
    void wasRead();
    /// Asks the shell to show another page with a filter.
    void pageRequested(const QString &pageId, const QString &filterText, const QString &selectId);
    /// A line for the status area: the result of an act.
    void messageRaised(const QString &text, bool isError);
    /// The same with what can be done about it.
    void noticeRaised(const signalbox::ToastNotice &notice);
    /// The operator set another filter: a place to come back from.
    void filterChosen();
};

} // namespace signalbox
