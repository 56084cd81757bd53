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

    /// Where there is no room for all of it, the last of its parts (between " · ") are left out.
    void setSubtitle(const QString &text, const QString &toolTip = {});
    QString subtitle() const; ///< the whole of it
    /// How old what is shown is; empty: fresh.
    void setAge(const QString &text);
    void addBesideTitle(QWidget *widget);
    void addAtRight(QWidget *widget);

private:
    class Subtitle;

    QLabel *m_title;
    Subtitle *m_subtitle;
    QLabel *m_age;
    QHBoxLayout *m_beside;
    QHBoxLayout *m_right;
};

} // namespace signalbox
