#pragma once

#include <QStringList>
#include <QWidget>

namespace signalbox {

class Notice;

/// Says what keeps this window's worker from delivering as it should; hidden while nothing does.
class WorkerBanner final : public QWidget
{
    Q_OBJECT
public:
    explicit WorkerBanner(QWidget *parent = nullptr);
    void setProblems(const QStringList &problems);
    QString text() const;

private:
    Notice *m_notice;
    QStringList m_problems;
};

} // namespace signalbox
