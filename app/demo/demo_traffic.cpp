#include "app/demo/demo_traffic.h"

#include "app/database/event_append.h"
#include "app/database/snapshots.h"
#include "app/demo/demo_endpoints.h"

#include <QDateTime>
#include <QFile>
#include <QRandomGenerator>

namespace signalbox {

namespace {

constexpr int tickMs = 150;
constexpr qsizetype parallelStories = 24;

Done writeHistory(PgConnection &connection)
{
    QFile file(QStringLiteral(":/demo/sample_history.sql"));
    if (!file.open(QIODevice::ReadOnly))
        return fail(QStringLiteral("sample history"), file.errorString());
    return connection.executeRaw(QString::fromUtf8(file.readAll()), QStringLiteral("write sample history"));
}

Result<bool> prepare(PgConnection &connection, const QString &baseUrl)
{
    const auto isFirst = ensureDemoEndpoints(connection, baseUrl);
    if (isFirst && *isFirst) {
        if (const Done written = writeHistory(connection); !written)
            return fail(written.error());
    }
    return isFirst;
}

} // namespace

DemoTraffic::DemoTraffic(QObject *parent)
    : QObject(parent)
    , m_database(QStringLiteral("sample traffic"))
    // Numbers grow from run to run, so that new stories write new streams.
    , m_storyNumber(QDateTime::currentSecsSinceEpoch() % 10'000'000)
{
    m_timer.setInterval(tickMs);
    connect(&m_timer, &QTimer::timeout, this, &DemoTraffic::tick);
}

DemoTraffic::~DemoTraffic() = default;

void DemoTraffic::start(const ConnectionSettings &settings)
{
    const auto baseUrl = m_receivers.start();
    if (!baseUrl) {
        emit failed(baseUrl.error());
        return;
    }
    SessionOptions options;
    options.applicationName = QStringLiteral("signalbox demo");
    m_database.setTarget(settings, options);
    m_database.run<bool>([url = *baseUrl](PgConnection &connection) { return prepare(connection, url); },
                         this,
                         [this](const Result<bool> &prepared) {
                             if (!prepared) {
                                 emit failed(prepared.error());
                                 return;
                             }
                             m_timer.start();
                             emit started();
                         });
}

void DemoTraffic::tick()
{
    // One append at a time: a slow server slows the traffic instead of piling it up.
    if (m_appending)
        return;
    if (qsizetype(m_stories.size()) < parallelStories)
        m_stories.push_back({Story(++m_storyNumber), {}});
    // At random, so that the stories do not march in step.
    appendNext(QRandomGenerator::global()->bounded(qsizetype(m_stories.size())));
}

void DemoTraffic::appendNext(qsizetype slot)
{
    Running &running = m_stories[size_t(slot)];
    const StoryEvent event = running.story.takeNext();
    AppendRequest request;
    request.stream = event.stream;
    request.type = event.type;
    request.correlation = running.story.correlation();
    request.causation = running.lastEvent;
    request.metadata = R"({"source": "signalbox demo", "tags": ["sample"]})";
    request.payloads = {event.payload};
    m_appending = true;
    m_database.run<AppendResult>(
        [request, snapshot = event.snapshot](PgConnection &connection) -> Result<AppendResult> {
            auto appended = appendEvents(connection, request);
            if (appended && !snapshot.isEmpty()) {
                if (const Done stored =
                        storeSnapshot(connection, request.stream, appended->lastVersion, snapshot);
                    !stored)
                    return fail(stored.error());
            }
            return appended;
        },
        this,
        [this, slot](const Result<AppendResult> &appended) {
            m_appending = false;
            Running &story = m_stories[size_t(slot)];
            if (appended) {
                ++m_appended;
                story.lastEvent = appended->ids.constLast();
            }
            // A lost database loses sample events, nothing else; the story goes on.
            if (story.story.isOver())
                story = {Story(++m_storyNumber), {}};
        });
}

} // namespace signalbox
