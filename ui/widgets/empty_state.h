#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace signalbox {

class IconLabel;

/// What a list shows instead of rows: what is the matter, and what to do next.
class EmptyState final : public QWidget
{
    Q_OBJECT
public:
    explicit EmptyState(QWidget *parent = nullptr);

    /// An empty `action` shows no button.
    void setContent(const QString &iconName, const QString &title, const QString &text,
                    const QString &action = {});

signals:
    void actionRequested();

private:
    IconLabel *m_icon;
    QLabel *m_title;
    QLabel *m_text;
    QPushButton *m_action;
};

} // namespace signalbox
