#pragma once

#include "app/core/page_source.h"

#include <QWidget>

class QPushButton;

namespace signalbox {

class Notice;

/// Says how far a search is that takes its time, with a way to end it. Hidden while none is under way.
class SearchStrip final : public QWidget
{
    Q_OBJECT
public:
    explicit SearchStrip(QWidget *parent = nullptr);

    void showProgress(const SearchProgress &progress);
    /// The search ended before it had seen everything: what is shown is not all.
    void showStopped(qsizetype found);

signals:
    void stopRequested();

private:
    Notice *m_notice;
    QPushButton *m_stop;
};

} // namespace signalbox
