#pragma once

#include <QWidget>

class QHBoxLayout;
class QLabel;

namespace signalbox {

/// Title, subtitle and the page's actions on the right. Widgets may stand beside the title.
class PageHeader final : public QWidget
{
    Q_OBJECT
public:
    explicit PageHeader(const QString &title, QWidget *parent = nullptr);

    void setSubtitle(const QString &text, const QString &toolTip = {});
    QString subtitle() const;
    /// How old what is shown is; empty: fresh.
    void setAge(const QString &text);
    void addBesideTitle(QWidget *widget);
    void addAtRight(QWidget *widget);

private:
    QLabel *m_title;
    QLabel *m_subtitle;
    QLabel *m_age;
    QHBoxLayout *m_beside;
    QHBoxLayout *m_right;
};

} // namespace signalbox
