#pragma once

#include <QHash>
#include <QObject>
#include <QSocketNotifier>
#include <QTimer>

#include <curl/curl.h>

#include <functional>
#include <memory>
#include <vector>

namespace signalbox {

struct CurlDeleter
{
    void operator()(CURL *handle) const { curl_easy_cleanup(handle); }
    void operator()(curl_slist *list) const { curl_slist_free_all(list); }
};
using CurlEasy = std::unique_ptr<CURL, CurlDeleter>;
using CurlList = std::unique_ptr<curl_slist, CurlDeleter>;

/// libcurl's transfers within Qt's event loop: one epoll set for all its sockets, one timer. Keeps
/// connections alive from one transfer to the next. Belongs to the thread that made it and never waits.
class CurlMulti : public QObject
{
    Q_OBJECT
public:
    explicit CurlMulti(QObject *parent = nullptr);
    ~CurlMulti() override;

    /// Connections to keep, those in use included; idle ones make room for others.
    void setMostConnections(int most);

    /// A handle without options; those that were given back come first.
    CurlEasy takeHandle();
    void giveBack(CurlEasy handle);

    /// Starts a transfer. `ended` is called once, later, from the event loop, unless it is cut before.
    void start(CURL *handle, std::function<void(CURLcode)> ended);
    /// Ends a transfer without a word, closing its connection. Not to be called by libcurl's own callbacks.
    void cut(CURL *handle);

private:
    struct MultiDeleter
    {
        void operator()(CURLM *multi) const { curl_multi_cleanup(multi); }
    };

    static int socketChanged(CURL *handle, curl_socket_t socket, int wanted, void *self, void *known);
    static int timerChanged(CURLM *multi, long ms, void *self);
    void socketsReady();
    void timePassed();
    void tellEnded();

    int m_epoll; ///< closed by the destructor, after the transfers
    QTimer m_timer;
    std::vector<CurlEasy> m_idle;
    std::unique_ptr<CURLM, MultiDeleter> m_multi;
    std::unique_ptr<QSocketNotifier> m_notifier;
    QHash<CURL *, std::function<void(CURLcode)>> m_running;
};

} // namespace signalbox
