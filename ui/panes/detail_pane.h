#pragma once

#include "app/core/console_rights.h"
#include "app/core/result.h"
#include "ui/console_services.h"
#include "ui/widgets/card.h"

#include <QElapsedTimer>
#include <QTimer>

#include <functional>

class QLabel;
class QPushButton;
class QScrollArea;
class QStackedLayout;
class QVBoxLayout;

namespace signalbox {

class ElidedLabel;
class EmptyState;
class Pill;

/// The pane on the right of a page: shows the details of one row, read again with every refresh. While one
/// request is under way the next id waits, so that holding an arrow key does not pile up requests.
class DetailPane : public Card
{
    Q_OBJECT
public:
    DetailPane(const ConsoleServices &services, const QString &kind, const QString &emptyText,
               QWidget *parent = nullptr);

    void showId(const QString &id); ///< empty: nothing is selected
    /// Reads the details again; heavy ones (a payload of many megabytes) less often than asked for.
    void reload();
    void clear();
    const QString &shownId() const { return m_wantedId; }
    bool isSettled() const { return !m_waiting; }
    void focusFirst(); ///< to the first control of the details
    void setReadOnly(bool readOnly);
    bool isReadOnly() const { return m_readOnly; }
    /// Why the details of the chosen row are not shown; empty: they are, or none is chosen.
    const QString &problem() const { return m_problem; }

signals:
    void settled();
    void pageRequested(const QString &pageId, const QString &filterText, const QString &selectId);
    void messageRaised(const QString &text, bool isError);

protected:
    /// Asks for the details and hands the reply to `received`.
    virtual void request(const QString &id) = 0;
    virtual void readOnlyChanged() {}
    /// Once a second while details are on screen: texts that tell how long ago are made anew.
    virtual void showAges() {}

    const ConsoleServices &services() const { return m_services; }
    QVBoxLayout *bodyLayout() const { return m_bodyLayout; }
    QWidget *body() const { return m_body; }
    void setState(const QString &text, theme::State state);
    /// Says what the role lacks to see the rest.
    void setMissing(const QList<Grant> &missing);
    /// Shows a row of another page: "queue", "deliveries" and "events" by a filter, the others by selection.
    void follow(const QString &pageId, const QString &id);
    /// For facts whose link is "page|id".
    void followLink(const QString &link);

    /// Wraps what to do with arrived details: stale ones are dropped, errors shown.
    template <typename T> Reply<T> received(std::function<void(const T &)> show)
    {
        return [this, id = m_requestedId, show = std::move(show)](const Result<T> &result) {
            m_waiting = false;
            m_lastCostMs = m_sinceRequest.elapsed();
            if (id == m_wantedId) {
                if (result)
                    show(*result);
                arrived(result ? std::nullopt : std::optional<Error>(result.error()));
            }
            next(id);
        };
    }

private:
    void next(const QString &arrivedId);
    void arrived(const std::optional<Error> &error);
    void send();

    const ConsoleServices m_services;
    const QString m_kind;
    const QString m_emptyText;
    QString m_wantedId;
    QString m_requestedId;
    bool m_waiting = false;
    QElapsedTimer m_sinceRequest;
    qint64 m_lastCostMs = 0; ///< from request to answer
    bool m_readOnly = false;
    QString m_problem;
    QStackedLayout *m_stack;
    EmptyState *m_empty;
    QScrollArea *m_scroll; ///< holds the body, where the window is too low for it
    QWidget *m_body;
    QVBoxLayout *m_bodyLayout;
    ElidedLabel *m_idLabel;
    Pill *m_pill;
    QLabel *m_missing;
    QTimer m_ageTimer;
};

} // namespace signalbox
