#pragma once

#include "app/core/console.h"
#include "ui/console_services.h"

#include <QTimer>
#include <QWidget>

class QPlainTextEdit;
class QMenu;

namespace signalbox {

class FormField;

/// The event filter of an endpoint: its JSON, checked as it is typed, and how many of the newest events it
/// takes.
class EventFilterField final : public QWidget
{
    Q_OBJECT
public:
    /// Typing pauses this long before events are counted.
    static constexpr int debounceMs = 300;

    explicit EventFilterField(const ConsoleServices &services, QWidget *parent = nullptr);

    void setFilter(const QByteArray &json);
    /// The text to store; empty for all events. Only meaningful while isValid().
    QByteArray filter() const;
    bool isValid() const;

signals:
    void changed();

private:
    void fillHelper(QMenu *menu);
    void validate();
    void count();
    void showCount(const Result<FilterMatchCount> &count);

    const ConsoleServices m_services;
    QPlainTextEdit *m_edit;
    FormField *m_field;
    QTimer m_debounce;
    quint64 m_asked = 0; ///< only the newest question's answer is shown
};

} // namespace signalbox
