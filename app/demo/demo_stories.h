#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <QUuid>

namespace signalbox {

/// One event of a story, ready to be appended.
struct StoryEvent
{
    QString stream;
    QString type;
    QByteArray payload;  ///< JSON text
    QByteArray snapshot; ///< JSON text of the stream's state, or empty
};

/// What happens to one customer: registers, orders, pays, is invoiced and served. The events of a story share
/// a correlation id and each is caused by the one before.
class Story
{
public:
    explicit Story(qint64 number);

    bool isOver() const { return m_next >= m_events.size(); }
    StoryEvent takeNext() { return m_events.at(m_next++); }
    QUuid correlation() const { return m_correlation; }

private:
    QUuid m_correlation = QUuid::createUuid();
    QList<StoryEvent> m_events;
    qsizetype m_next = 0;
};

} // namespace signalbox
