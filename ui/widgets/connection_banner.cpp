#include "ui/widgets/connection_banner.h"

#include "ui/widgets/controls.h"
#include "ui/widgets/notice.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {

QString reasonOf(const Error &error)
{
    QString text = error.why.isEmpty() ? error.what : error.why;
    if (!error.hint.isEmpty())
        text += QStringLiteral(" – ") + error.hint;
    return text;
}

} // namespace

ConnectionBanner::ConnectionBanner(QWidget *parent)
    : QWidget(parent)
    , m_notice(new Notice(this, 0))
    , m_retry(makeButton(tr("Retry now"), m_notice))
    , m_connections(makeButton(tr("Connections…"), m_notice))
{
    m_notice->addAtRight(m_connections);
    m_notice->addAtRight(m_retry);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_notice);
    m_tick.setInterval(1'000);
    connect(&m_tick, &QTimer::timeout, this, &ConnectionBanner::showCountdown);
    connect(m_retry, &QPushButton::clicked, this, &ConnectionBanner::retryRequested);
    connect(m_connections, &QPushButton::clicked, this, &ConnectionBanner::connectionsRequested);
    hide();
}

QString ConnectionBanner::text() const
{
    return m_notice->plainText();
}

void ConnectionBanner::setStatus(const ConnectionStatus &status)
{
    using State = ConnectionStatus::State;
    m_status = status;
    m_tick.stop();
    m_retry->setVisible(status.state == State::Lost || status.state == State::Refused);
    m_connections->setVisible(status.state == State::Refused);
    setVisible(status.state != State::Connected);
    switch (status.state) {
    case State::Connected:
        break;
    case State::Connecting:
        m_notice->setContent(theme::State::Information,
                             status.error.what.isEmpty() ? tr("Connecting …") : status.error.what);
        break;
    case State::Refused:
        m_notice->setContent(theme::State::Failure, tr("Not connected:"), reasonOf(status.error));
        break;
    case State::Lost:
        m_nextTry = QDateTime::currentDateTime().addMSecs(status.retryInMs);
        m_tick.start();
        showCountdown();
        break;
    }
}

void ConnectionBanner::showCountdown()
{
    const qint64 seconds = (QDateTime::currentDateTime().msecsTo(m_nextTry) + 999) / 1'000;
    const QString when =
        seconds > 0 ? tr("Next try in %1 s; what you see is from before.").arg(seconds) : tr("Trying …");
    m_notice->setContent(theme::State::Warning, tr("Connection lost:"),
                         QStringLiteral("%1. %2").arg(reasonOf(m_status.error), when));
}

} // namespace signalbox
