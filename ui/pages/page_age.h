#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <QTimer>

namespace signalbox {

class ConsolePage;

/// Says in the head of a page how old it is, once it is older than two ticks of refreshing: "as of 45 s ago".
class PageAge final : public QObject
{
    Q_OBJECT
public:
    explicit PageAge(QObject *parent = nullptr);

    void watch(ConsolePage *page);
    /// The page in front; only that one is refreshed.
    void setFront(ConsolePage *page);
    void setTickMs(int milliseconds); ///< 0: refreshed by hand only
    void forget();                    ///< another database: nothing was read of it

private:
    void show();

    QHash<const ConsolePage *, QElapsedTimer> m_read;
    ConsolePage *m_front = nullptr;
    int m_tickMs = 0;
    QTimer m_timer;
};

} // namespace signalbox
