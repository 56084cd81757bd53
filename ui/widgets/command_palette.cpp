#include "ui/widgets/command_palette.h"

#include "ui/theme/icons.h"
#include "ui/widgets/controls.h"

#include <QGraphicsDropShadowEffect>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace signalbox {

namespace {

constexpr int paletteWidth = 580;
constexpr int rowHeight = 34;
constexpr int shownRows = 11;
constexpr int most = 60;
constexpr int pauseMs = 150;

enum Role { HintRole = Qt::UserRole + 1, IconRole };

class PaletteDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {100, rowHeight};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QRect &rect = option.rect;
        if (option.state & QStyle::State_Selected)
            painter->fillRect(rect, theme::color(theme::Token::Selection));
        const qreal ratio = painter->device()->devicePixelRatioF();
        painter->drawPixmap(
            rect.left() + 14, rect.center().y() - 8,
            theme::iconPixmap(index.data(IconRole).toString(), 16, theme::color(theme::Token::Muted), ratio));
        painter->setFont(m_small);
        painter->setPen(theme::color(theme::Token::Muted));
        const QString hint = index.data(HintRole).toString();
        painter->drawText(rect.adjusted(0, 0, -14, 0), Qt::AlignRight | Qt::AlignVCenter, hint);
        const int hintWidth = painter->fontMetrics().horizontalAdvance(hint) + 28;
        painter->setFont(m_text);
        painter->setPen(theme::color(theme::Token::Text));
        const QRect body = rect.adjusted(42, 0, -hintWidth, 0);
        painter->drawText(
            body, Qt::AlignLeft | Qt::AlignVCenter,
            painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, body.width()));
    }

private:
    const QFont m_text = theme::textFont();
    const QFont m_small = theme::smallFont();
};

} // namespace

int matchScore(const QString &typed, const QString &title)
{
    if (typed.isEmpty())
        return 0;
    if (const qsizetype at = title.indexOf(typed, 0, Qt::CaseInsensitive); at >= 0)
        return at == 0 ? 1'000 : 500 - int(qMin<qsizetype>(at, 400));
    int score = 100;
    qsizetype from = 0;
    for (const QChar letter : typed) {
        const qsizetype at = title.indexOf(letter, from, Qt::CaseInsensitive);
        if (at < 0)
            return -1;
        score -= int(qMin<qsizetype>(at - from, 10));
        from = at + 1;
    }
    return qMax(0, score);
}

CommandPalette::CommandPalette(QWidget *window)
    : Card(window)
    , m_edit(new QLineEdit(this))
    , m_list(new QListView(this))
    , m_rows(new QStandardItemModel(this))
{
    setAccessibleName(tr("Command palette"));
    setKind(m_edit, QStringLiteral("bare"));
    m_edit->setPlaceholderText(tr("An action, a page, an endpoint, a stream, an id, or a filter"));
    m_edit->setAccessibleName(tr("Search or jump to"));
    QFont font = theme::textFont();
    font.setPixelSize(15);
    m_edit->setFont(font);
    m_edit->installEventFilter(this);
    m_list->setModel(m_rows);
    m_list->setItemDelegate(new PaletteDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setAccessibleName(tr("Matches"));

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 12, 1, 6);
    layout->setSpacing(10);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(15, 0, 15, 0);
    head->addWidget(m_edit);
    layout->addLayout(head);
    layout->addWidget(m_list);
    auto *shadow = new QGraphicsDropShadowEffect(this);
    shadow->setBlurRadius(40);
    shadow->setOffset(0, 8);
    setGraphicsEffect(shadow);
    hide();
    m_pause.setSingleShot(true);
    m_pause.setInterval(pauseMs);
    connect(m_edit, &QLineEdit::textChanged, this, [this](const QString &typed) {
        m_found.clear();
        m_pause.start();
        show(typed);
    });
    connect(&m_pause, &QTimer::timeout, this, [this] {
        if (const QString typed = m_edit->text().trimmed(); isVisible() && !typed.isEmpty())
            emit lookedFor(typed);
    });
    connect(m_list, &QListView::clicked, this, [this] { runCurrent(); });
    window->installEventFilter(this);
}

void CommandPalette::open(QList<PaletteEntry> entries,
                          std::function<QList<PaletteEntry>(const QString &)> jumps)
{
    m_entries = std::move(entries);
    m_jumps = std::move(jumps);
    m_edit->clear();
    show({});
    place();
    setVisible(true);
    raise();
    m_edit->setFocus();
}

void CommandPalette::addEntries(const QList<PaletteEntry> &entries)
{
    if (!isVisible())
        return;
    m_entries.append(entries);
    show(m_edit->text());
}

void CommandPalette::addFound(const QString &typed, const QList<PaletteEntry> &entries)
{
    if (!isVisible() || m_edit->text().trimmed() != typed)
        return;
    m_found.append(entries);
    show(m_edit->text());
}

void CommandPalette::show(const QString &typed)
{
    const QString word = typed.trimmed();
    std::vector<std::pair<int, const PaletteEntry *>> ranked;
    for (const PaletteEntry &entry : std::as_const(m_entries)) {
        if (const int score = matchScore(word, entry.title); score >= 0)
            ranked.emplace_back(score, &entry);
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto &a, const auto &b) { return a.first > b.first; });
    m_shown = m_found;
    const QList<PaletteEntry> jumps = word.isEmpty() ? QList<PaletteEntry>() : m_jumps(word);
    for (const PaletteEntry &jump : jumps) {
        if (jump.isExact)
            m_shown.append(jump);
    }
    for (const auto &[score, entry] : ranked) {
        if (m_shown.size() < most)
            m_shown.append(*entry);
    }
    for (const PaletteEntry &jump : jumps) {
        if (!jump.isExact)
            m_shown.append(jump);
    }
    m_rows->clear();
    for (const PaletteEntry &entry : std::as_const(m_shown)) {
        auto *item = new QStandardItem(entry.title);
        item->setData(entry.hint, HintRole);
        item->setData(entry.icon, IconRole);
        m_rows->appendRow(item);
    }
    if (m_shown.isEmpty()) {
        auto *nothing = new QStandardItem(tr("Nothing here is called \"%1\"").arg(word));
        nothing->setFlags(Qt::NoItemFlags);
        m_rows->appendRow(nothing);
    }
    m_list->setCurrentIndex(m_rows->index(0, 0));
    place();
}

void CommandPalette::runCurrent()
{
    const int row = m_list->currentIndex().row();
    hide();
    if (row < 0 || row >= m_shown.size())
        return;
    const auto run = m_shown.at(row).run; // running may open the palette anew
    run();
}

void CommandPalette::place()
{
    const int rows = qBound(1, int(m_shown.size()), shownRows);
    const int width = qMin(paletteWidth, parentWidget()->width() - 40);
    m_list->setFixedHeight(rows * rowHeight);
    setGeometry((parentWidget()->width() - width) / 2, 72, width, rows * rowHeight + 52);
}

bool CommandPalette::handleKey(int key)
{
    const int row = m_list->currentIndex().row();
    const auto moveTo = [this](int wanted) {
        m_list->setCurrentIndex(m_rows->index(qBound(0, wanted, m_rows->rowCount() - 1), 0));
        return true;
    };
    switch (key) {
    case Qt::Key_Escape:
        hide();
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        runCurrent();
        return true;
    case Qt::Key_Down:
        return moveTo(row + 1);
    case Qt::Key_Up:
        return moveTo(row - 1);
    case Qt::Key_PageDown:
        return moveTo(row + shownRows);
    case Qt::Key_PageUp:
        return moveTo(row - shownRows);
    default:
        return false;
    }
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_edit) {
        // Esc belongs to the palette while it is open, not to a shortcut underneath.
        if (event->type() == QEvent::ShortcutOverride &&
            static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
            event->accept();
            return true;
        }
        if (event->type() == QEvent::KeyPress && handleKey(static_cast<QKeyEvent *>(event)->key()))
            return true;
        if (event->type() == QEvent::FocusOut)
            hide();
    } else if (event->type() == QEvent::Resize && isVisible()) {
        place();
    }
    return Card::eventFilter(watched, event);
}

} // namespace signalbox
