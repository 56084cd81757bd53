#include "ui/panes/detail_pane.h"

#include "ui/theme/icons.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/pill.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedLayout>

namespace signalbox {

namespace {

constexpr int ageMs = 1'000;

/// Scrolls downwards only: it is never narrower than what it holds.
class DownwardScroll final : public QScrollArea
{
public:
    explicit DownwardScroll(QWidget *parent)
        : QScrollArea(parent)
    {
        setFrameShape(QFrame::NoFrame);
        setWidgetResizable(true);
        setFocusPolicy(Qt::NoFocus);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        viewport()->setAutoFillBackground(false);
    }

    QSize minimumSizeHint() const override
    {
        constexpr int leastHeight = 120;
        const int wanted = widget() ? widget()->minimumSizeHint().width() : 0;
        return {wanted + verticalScrollBar()->sizeHint().width(), leastHeight};
    }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (watched == widget() && event->type() == QEvent::LayoutRequest)
            updateGeometry();
        return QScrollArea::eventFilter(watched, event);
    }
};

} // namespace

DetailPane::DetailPane(const ConsoleServices &services, const QString &kind, const QString &emptyText,
                       QWidget *parent)
    : Card(parent)
    , m_services(services)
    , m_kind(kind)
    , m_emptyText(emptyText)
    , m_stack(new QStackedLayout)
    , m_empty(new EmptyState(this))
    , m_scroll(new DownwardScroll(this))
    , m_body(new QWidget(m_scroll))
    , m_bodyLayout(new QVBoxLayout(m_body))
    , m_idLabel(new ElidedLabel(theme::monoFont(), m_body))
    , m_pill(new Pill(m_body))
    , m_missing(makeMutedLabel({}, m_body))
{
    QFont titleFont = theme::strongFont();
    titleFont.setPixelSize(15);
    auto *copy = makeButton({}, m_body, QStringLiteral("flat"));
    copy->setIcon(theme::icon(QStringLiteral("copy")));
    copy->setIconSize(QSize(14, 14));
    copy->setToolTip(tr("Copy the id"));
    copy->setAccessibleName(tr("Copy the id"));
    connect(copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_wantedId);
        emit messageRaised(tr("Copied %1").arg(m_wantedId), false);
    });
    m_idLabel->setForegroundRole(QPalette::PlaceholderText);

    auto *head = new QHBoxLayout;
    head->setSpacing(2 * theme::step);
    head->addWidget(makeLabel(kind, titleFont, m_body));
    head->addWidget(m_idLabel);
    head->addWidget(copy);
    head->addStretch(1);
    head->addWidget(m_pill);
    m_bodyLayout->setContentsMargins(14, 10, 14, 12);
    m_bodyLayout->setSpacing(2 * theme::step + 2);
    m_bodyLayout->addLayout(head);
    m_missing->setWordWrap(true);
    m_missing->hide();
    m_bodyLayout->addWidget(m_missing);

    m_empty->setContent({}, {}, emptyText);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(1, 1, 1, 1);
    outer->addLayout(m_stack);
    m_stack->addWidget(m_empty);
    m_scroll->setWidget(m_body);
    m_body->setAutoFillBackground(false);
    m_stack->addWidget(m_scroll);
    m_ageTimer.setInterval(ageMs);
    connect(&m_ageTimer, &QTimer::timeout, this, [this] {
        if (isVisible() && m_stack->currentWidget() == m_scroll)
            showAges();
    });
    m_ageTimer.start();
    setMinimumWidth(340);
    setAccessibleName(tr("%1 details").arg(kind));
}

void DetailPane::setReadOnly(bool readOnly)
{
    if (readOnly == m_readOnly)
        return;
    m_readOnly = readOnly;
    readOnlyChanged();
}

void DetailPane::setState(const QString &text, theme::State state)
{
    m_pill->setState(text, state);
}

void DetailPane::setMissing(const QList<Grant> &missing)
{
    m_missing->setText(tr("Not all is shown. Missing: %1").arg(grantsText(missing)));
    m_missing->setVisible(!missing.isEmpty());
}

void DetailPane::follow(const QString &pageId, const QString &id)
{
    static const QStringList filtered = {QStringLiteral("queue"), QStringLiteral("deliveries"),
                                         QStringLiteral("events")};
    emit pageRequested(pageId, filtered.contains(pageId) ? QStringLiteral("id:") + id : QString(), id);
}

void DetailPane::followLink(const QString &link)
{
    const qsizetype split = link.indexOf(QLatin1Char('|'));
    follow(link.left(split), link.mid(split + 1));
}

void DetailPane::showId(const QString &id)
{
    if (id == m_wantedId)
        return;
    m_wantedId = id;
    m_problem.clear();
    if (id.isEmpty()) {
        m_empty->setContent({}, {}, m_emptyText);
        m_stack->setCurrentWidget(m_empty);
        return;
    }
    send();
}

void DetailPane::reload()
{
    constexpr qint64 restFactor = 10;
    const bool isDue = !m_sinceRequest.isValid() || m_sinceRequest.elapsed() >= restFactor * m_lastCostMs;
    if (!m_wantedId.isEmpty() && isDue)
        send();
}

void DetailPane::focusFirst()
{
    for (QWidget *next = nextInFocusChain(); next && next != this; next = next->nextInFocusChain()) {
        if (isAncestorOf(next) && next->isVisible() && next->isEnabled() &&
            (next->focusPolicy() & Qt::TabFocus)) {
            next->setFocus(Qt::TabFocusReason);
            return;
        }
    }
}

void DetailPane::clear()
{
    showId({});
}

void DetailPane::send()
{
    if (m_waiting || !m_services.details)
        return;
    m_waiting = true;
    m_requestedId = m_wantedId;
    m_sinceRequest.start();
    request(m_wantedId);
}

void DetailPane::next(const QString &arrivedId)
{
    if (!m_wantedId.isEmpty() && arrivedId != m_wantedId)
        send();
    else
        emit settled();
}

void DetailPane::arrived(const std::optional<Error> &error)
{
    m_problem = error ? error->line() : QString();
    if (!error) {
        m_idLabel->setWholeText(m_wantedId);
        m_stack->setCurrentWidget(m_scroll);
        return;
    }
    // With the connection gone, what was read before stays on screen.
    const bool showsIt = m_stack->currentWidget() == m_scroll && m_idLabel->text() == m_wantedId;
    if (error->kind == Error::Kind::Unavailable && showsIt)
        return;
    m_empty->setContent(QStringLiteral("warning"), error->what, error->why);
    m_stack->setCurrentWidget(m_empty);
}

} // namespace signalbox
