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
    /// SQL to copy, shown below the text; empty: none. Gone with the next setContent.
    void setStatement(const QString &statement);
    QString statement() const;

signals:
    void actionRequested();

private:
    IconLabel *m_icon;
    QLabel *m_title;
    QLabel *m_text;
    QLabel *m_statement;
    QPushButton *m_copy;
    QPushButton *m_action;
};

} // namespace signalbox
