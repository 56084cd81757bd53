#include "app/delivery/curl_multi.h"

#include <array>
#include <sys/epoll.h>
#include <unistd.h>

namespace signalbox {

namespace {

// Idle connections that are kept, of all receivers together.
constexpr long mostIdleConnections = 512;

} // namespace

CurlMulti::CurlMulti(QObject *parent)
    : QObject(parent)
    , m_epoll(epoll_create1(EPOLL_CLOEXEC))
    , m_timer(this)
{
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    m_multi.reset(curl_multi_init());
    if (initialised != CURLE_OK || m_epoll < 0 || !m_multi)
        qFatal("libcurl or epoll cannot be set up: out of memory or of file descriptors");
    curl_multi_setopt(m_multi.get(), CURLMOPT_SOCKETFUNCTION, &CurlMulti::socketChanged);
    curl_multi_setopt(m_multi.get(), CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(m_multi.get(), CURLMOPT_TIMERFUNCTION, &CurlMulti::timerChanged);
    curl_multi_setopt(m_multi.get(), CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(m_multi.get(), CURLMOPT_MAXCONNECTS, mostIdleConnections);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &CurlMulti::timePassed);
    m_notifier = std::make_unique<QSocketNotifier>(m_epoll, QSocketNotifier::Read, this);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &CurlMulti::socketsReady);
}

CurlMulti::~CurlMulti()
{
    const QList<CURL *> running = m_running.keys();
    for (CURL *handle : running)
        cut(handle);
    // Closing the idle connections calls back once more.
    m_multi.reset();
    m_notifier.reset();
    close(m_epoll);
}

void CurlMulti::setMostConnections(int most)
{
    curl_multi_setopt(m_multi.get(), CURLMOPT_MAXCONNECTS, qMin(mostIdleConnections, long(most)));
}

CurlEasy CurlMulti::takeHandle()
{
    if (m_idle.empty())
        return CurlEasy(curl_easy_init());
    CurlEasy handle = std::move(m_idle.back());
    m_idle.pop_back();
    return handle;
}

void CurlMulti::giveBack(CurlEasy handle)
{
    curl_easy_reset(handle.get());
    m_idle.push_back(std::move(handle));
}

void CurlMulti::start(CURL *handle, std::function<void(CURLcode)> ended)
{
    m_running.insert(handle, std::move(ended));
    curl_multi_add_handle(m_multi.get(), handle);
}

void CurlMulti::cut(CURL *handle)
{
    if (m_running.remove(handle) > 0)
        curl_multi_remove_handle(m_multi.get(), handle);
}

int CurlMulti::socketChanged(CURL *, curl_socket_t socket, int wanted, void *self, void *known)
{
    auto *multi = static_cast<CurlMulti *>(self);
    if (wanted == CURL_POLL_REMOVE) {
        epoll_ctl(multi->m_epoll, EPOLL_CTL_DEL, socket, nullptr);
        return 0;
    }
    epoll_event event{};
    event.data.fd = socket;
    event.events = ((wanted & CURL_POLL_IN) ? EPOLLIN : 0U) | ((wanted & CURL_POLL_OUT) ? EPOLLOUT : 0U);
    epoll_ctl(multi->m_epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event);
    // Anything but null says that the socket is in the set; libcurl forgets it with the removal.
    if (!known)
        curl_multi_assign(multi->m_multi.get(), socket, multi);
    return 0;
}

int CurlMulti::timerChanged(CURLM *, long ms, void *self)
{
    auto *multi = static_cast<CurlMulti *>(self);
    if (ms < 0)
        multi->m_timer.stop();
    else
        multi->m_timer.start(int(qMin(ms, 3'600'000L)));
    return 0;
}

void CurlMulti::socketsReady()
{
    std::array<epoll_event, 64> events{};
    const int ready = epoll_wait(m_epoll, events.data(), int(events.size()), 0);
    int running = 0;
    for (int i = 0; i < ready; ++i) {
        const epoll_event &event = events[std::size_t(i)];
        const int happened = ((event.events & EPOLLIN) ? CURL_CSELECT_IN : 0) |
                             ((event.events & EPOLLOUT) ? CURL_CSELECT_OUT : 0) |
                             ((event.events & (EPOLLERR | EPOLLHUP)) ? CURL_CSELECT_ERR : 0);
        curl_multi_socket_action(m_multi.get(), event.data.fd, happened, &running);
    }
    tellEnded();
}

void CurlMulti::timePassed()
{
    int running = 0;
    curl_multi_socket_action(m_multi.get(), CURL_SOCKET_TIMEOUT, 0, &running);
    tellEnded();
}

void CurlMulti::tellEnded()
{
    int left = 0;
    while (const CURLMsg *message = curl_multi_info_read(m_multi.get(), &left)) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURL *handle = message->easy_handle;
        const CURLcode code = message->data.result;
        const std::function<void(CURLcode)> ended = m_running.take(handle);
        curl_multi_remove_handle(m_multi.get(), handle);
        if (ended)
            ended(code);
    }
}

} // namespace signalbox
