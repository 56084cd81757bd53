#pragma once

#include "app/core/console.h"
#include "ui/console_services.h"

#include <QObject>

#include <functional>

namespace signalbox {

struct ConsentQuestion;

/// What an operator does to one endpoint as it is: asks where something is stopped, removed or exposed, does
/// it, and says what came of it.
class EndpointActs final : public QObject
{
    Q_OBJECT
public:
    /// Dialogs open over `window`.
    EndpointActs(const ConsoleServices &services, QWidget *window);

    void enable(const EndpointHealth &health);
    void disable(const EndpointHealth &health);
    void closeBreaker(const EndpointHealth &health);
    void holdBreaker(const EndpointHealth &health);
    /// Shows the new secret once it is stored.
    void rotateSecret(const EndpointHealth &health);
    /// Calls `show` once it was agreed to.
    void revealSecret(const QString &id, const std::function<void()> &show);
    /// Asks what becomes of its open jobs.
    void remove(const EndpointHealth &health);
    /// Brings a removed one back, disabled; shows the new secret.
    void restore(const EndpointHealth &health);

signals:
    /// A line that says what came of an act; the list has to be read again.
    void done(const QString &text, bool isError);

private:
    /// `input`, if any, is one more thing to choose, called `name`.
    void ask(ConsentQuestion question, const std::function<void(const QString &reason)> &act,
             const QString &name = {}, QWidget *input = nullptr);
    Reply<QString> reported(const QString &text);
    void showNewSecret(const QString &id, const QString &text, const Secret &secret);
    void removeNow(const QString &id, const QString &reason, bool cancelJobs);
    void cancelJobsOf(const QString &id, const QString &reason);

    const ConsoleServices m_services;
    QWidget *const m_window;
};

} // namespace signalbox
