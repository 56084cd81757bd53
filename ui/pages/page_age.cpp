#include "ui/pages/page_age.h"

#include "models/display_text.h"
#include "ui/pages/console_page.h"
#include "ui/widgets/page_header.h"

namespace signalbox {

namespace {

constexpr int everyMs = 1'000;
constexpr int usualTickMs = 2'000; ///< stands in where the operator refreshes by hand

} // namespace

PageAge::PageAge(QObject *parent)
    : QObject(parent)
{
    m_timer.setInterval(everyMs);
    connect(&m_timer, &QTimer::timeout, this, &PageAge::show);
    m_timer.start();
}

void PageAge::watch(ConsolePage *page)
{
    connect(page, &ConsolePage::wasRead, this, [this, page] {
        m_read[page].start();
        if (page == m_front)
            show();
    });
}

void PageAge::setFront(ConsolePage *page)
{
    m_front = page;
    if (auto *header = page ? page->findChild<PageHeader *>() : nullptr)
        header->setAge({}); // it is read at once; should that take long, the next second says so
}

void PageAge::setTickMs(int milliseconds)
{
    m_tickMs = milliseconds;
}

void PageAge::forget()
{
    m_read.clear();
    show();
}

void PageAge::show()
{
    auto *header = m_front ? m_front->findChild<PageHeader *>() : nullptr;
    if (!header)
        return;
    const QElapsedTimer read = m_read.value(m_front);
    const qint64 ageMs = read.isValid() ? read.elapsed() : 0;
    const bool isOld = ageMs > 2 * (m_tickMs > 0 ? m_tickMs : usualTickMs);
    const QDateTime now = QDateTime::currentDateTime();
    header->setAge(isOld ? tr("as of %1").arg(relativeTime(now.addMSecs(-ageMs), now)) : QString());
}

} // namespace signalbox
