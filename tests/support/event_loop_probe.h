#pragma once

#include <QApplication>

namespace signalbox {

/// An application that measures how long each event keeps the GUI thread: on the processor or asleep on
/// something, not the time it merely waited for a free processor. That wait says how busy the machine is,
/// nothing about the program.
class ProbedApplication : public QApplication
{
    Q_OBJECT
public:
    using QApplication::QApplication;

    bool notify(QObject *receiver, QEvent *event) override;

    void startProbe();
    double longestMs() const { return m_longestMs; }         ///< without the wait for a processor
    double longestWallMs() const { return m_longestWallMs; } ///< with it
    QString longestWas() const { return m_longestWas; }
    qint64 events() const { return m_events; }

private:
    int m_depth = 0;
    bool m_probing = false;
    double m_longestMs = 0;
    double m_longestWallMs = 0;
    qint64 m_events = 0;
    QString m_longestWas;
};

} // namespace signalbox
