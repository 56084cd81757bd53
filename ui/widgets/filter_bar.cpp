#include "ui/widgets/filter_bar.h"

#include "app/core/filter_vocabulary.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/filter_chip.h"
#include "ui/widgets/icon_label.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QStringListModel>
#include <QTextCharFormat>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int checkAfterMs = 700;

bool insideQuotes(const QString &text)
{
    return text.count(QLatin1Char('"')) % 2 == 1;
}

/// Where the word that ends at the cursor starts.
qsizetype wordStart(const QString &text, qsizetype cursor)
{
    qsizetype start = cursor;
    while (start > 0 && text.at(start - 1) != QLatin1Char(' '))
        --start;
    return start;
}

QHash<QString, QStringList> fixedValues()
{
    return {
        {QStringLiteral("status"), jobStatusWords()},
        {QStringLiteral("outcome"), outcomeWords()},
        {QStringLiteral("held"), heldWords()},
        {QStringLiteral("due"), dueWords()},
        {QStringLiteral("test"), testWords()},
        {QStringLiteral("code"),
         {QStringLiteral("2xx"), QStringLiteral("3xx"), QStringLiteral("4xx"), QStringLiteral("5xx")}},
        {QStringLiteral("age"), {QStringLiteral(">5m"), QStringLiteral("<1h"), QStringLiteral(">1d")}},
    };
}

} // namespace

FilterBar::FilterBar(Table table, QWidget *parent)
    : Card(parent)
    , m_table(table)
    , m_values(fixedValues())
    , m_row(new QHBoxLayout)
    , m_chips(new QHBoxLayout)
    , m_edit(new QLineEdit(this))
    , m_error(makeLabel({}, theme::smallFont(), this))
    , m_completer(new QCompleter(this))
    , m_completions(new QStringListModel(this))
{
    setKind(m_edit, QStringLiteral("bare"));
    m_edit->setFont(theme::monoFont());
    m_edit->setPlaceholderText(
        tr("Filter: %1 …   ( / )").arg(filterFieldNames(table).mid(0, 4).join(QStringLiteral("  "))));
    m_edit->setAccessibleName(tr("Filter"));
    m_edit->installEventFilter(this);
    auto *icon = new IconLabel(QStringLiteral("filter"), 16, this);
    m_error->setWordWrap(true);
    m_error->hide();

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 6, 10, 6);
    layout->setSpacing(2);
    m_chips->setSpacing(6);
    m_row->setSpacing(8);
    m_row->addWidget(icon);
    m_row->addLayout(m_chips);
    m_row->addWidget(m_edit, 1);
    layout->addLayout(m_row);
    layout->addWidget(m_error);
    setMinimumHeight(38);

    m_completer->setModel(m_completions);
    m_completer->setWidget(m_edit);
    m_completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    m_completer->popup()->setObjectName(QStringLiteral("completionPopup"));
    m_completer->popup()->setFont(theme::monoFont());
    m_checkTimer.setSingleShot(true);
    m_checkTimer.setInterval(checkAfterMs);
    connect(&m_checkTimer, &QTimer::timeout, this, &FilterBar::checkTyped);
    connect(m_edit, &QLineEdit::textEdited, this, &FilterBar::typedChanged);
    connect(m_completer, qOverload<const QString &>(&QCompleter::activated), this,
            &FilterBar::insertCompletion);
}

void FilterBar::setFieldValues(const QString &field, const QStringList &values)
{
    m_values.insert(field, values);
}

void FilterBar::focusEdit()
{
    m_edit->setFocus(Qt::ShortcutFocusReason);
    m_edit->selectAll();
}

QString FilterBar::errorText() const
{
    return m_error->isHidden() ? QString() : m_error->text();
}

void FilterBar::setFilterText(const QString &text)
{
    clearError();
    const Result<Filter> parsed = parseFilter(text, m_table);
    if (parsed) {
        m_edit->clear();
        takeFilter(*parsed);
        return;
    }
    m_edit->setText(text);
    showError(parsed.error());
}

void FilterBar::takeFilter(const Filter &filter)
{
    const bool changed = filter.terms != m_filter.terms;
    m_filter = filter;
    rebuildChips();
    if (changed)
        emit filterChanged(m_filter);
}

QString FilterBar::termText(int index) const
{
    const FilterTerm &term = m_filter.terms.at(index);
    return m_filter.text.mid(term.position, term.length);
}

QString FilterBar::textOfTerms(int except) const
{
    QStringList words;
    for (int index = 0; index < m_filter.terms.size(); ++index) {
        if (index != except)
            words.append(termText(index));
    }
    return words.join(QLatin1Char(' '));
}

void FilterBar::removeTerm(int index)
{
    if (const Result<Filter> parsed = parseFilter(textOfTerms(index), m_table))
        takeFilter(*parsed);
    m_edit->setFocus();
}

void FilterBar::editLastTerm()
{
    if (m_filter.terms.isEmpty())
        return;
    const int last = int(m_filter.terms.size()) - 1;
    const QString word = termText(last);
    removeTerm(last);
    m_edit->setText(word);
}

void FilterBar::rebuildChips()
{
    while (QLayoutItem *item = m_chips->takeAt(0)) {
        item->widget()->deleteLater();
        item->widget()->hide();
        delete item;
    }
    for (int index = 0; index < m_filter.terms.size(); ++index) {
        auto *chip = new FilterChip(termText(index), this);
        connect(chip, &QAbstractButton::clicked, this, [this, index] { removeTerm(index); });
        m_chips->addWidget(chip);
    }
}

void FilterBar::commitTyped()
{
    m_checkTimer.stop();
    const QString typed = m_edit->text().trimmed();
    if (typed.isEmpty()) {
        clearError();
        return;
    }
    // The typed words are judged alone, so that an error's position is one of the line edit.
    if (const Result<Filter> alone = parseFilter(m_edit->text(), m_table); !alone) {
        showError(alone.error());
        return;
    }
    const QString before = textOfTerms();
    if (const Result<Filter> parsed =
            parseFilter(before.isEmpty() ? typed : before + QLatin1Char(' ') + typed, m_table)) {
        m_edit->clear();
        clearError();
        takeFilter(*parsed);
    }
}

void FilterBar::typedChanged(const QString &text)
{
    clearError();
    if (text.endsWith(QLatin1Char(' ')) && !insideQuotes(text) && parseFilter(text, m_table)) {
        commitTyped();
        return;
    }
    m_checkTimer.start();
    offerCompletions();
}

void FilterBar::checkTyped()
{
    const QString text = m_edit->text();
    // A field name alone is not wrong yet, it is unfinished.
    if (text.trimmed().isEmpty() || text.endsWith(QLatin1Char(':')) || m_completer->popup()->isVisible())
        return;
    if (const Result<Filter> parsed = parseFilter(text, m_table); !parsed)
        showError(parsed.error());
}

void FilterBar::showError(const Error &error)
{
    const QString text = m_edit->text();
    const qsizetype start = qBound<qsizetype>(0, error.position, text.size());
    qsizetype end = text.indexOf(QLatin1Char(' '), start);
    if (end < 0)
        end = text.size();
    QTextCharFormat wavy;
    wavy.setUnderlineStyle(QTextCharFormat::WaveUnderline);
    wavy.setUnderlineColor(theme::stateText(theme::State::Failure));
    wavy.setForeground(theme::stateText(theme::State::Failure));
    const QList<QInputMethodEvent::Attribute> attributes = {
        {QInputMethodEvent::TextFormat, int(start) - m_edit->cursorPosition(), int(end - start), wavy}};
    QInputMethodEvent event({}, attributes);
    QCoreApplication::sendEvent(m_edit, &event);

    QString message = error.why.isEmpty() ? error.what : error.why;
    if (!error.hint.isEmpty())
        message += QStringLiteral(" – ") + error.hint;
    QPalette colours = m_error->palette();
    colours.setColor(QPalette::WindowText, theme::stateText(theme::State::Failure));
    m_error->setPalette(colours);
    m_error->setText(error.position >= 0 ? tr("At character %1: %2").arg(error.position + 1).arg(message)
                                         : message);
    m_error->show();
}

void FilterBar::clearError()
{
    if (m_error->isHidden())
        return;
    QInputMethodEvent event;
    QCoreApplication::sendEvent(m_edit, &event);
    m_error->hide();
}

void FilterBar::offerCompletions()
{
    const QString text = m_edit->text();
    const qsizetype cursor = m_edit->cursorPosition();
    const qsizetype start = wordStart(text, cursor);
    QString word = text.mid(start, cursor - start);
    const QString sign = word.startsWith(QLatin1Char('-')) ? QStringLiteral("-") : QString();
    word = word.mid(sign.size());

    QStringList candidates;
    const qsizetype colon = word.indexOf(QLatin1Char(':'));
    if (colon > 0) {
        const qsizetype comma = word.lastIndexOf(QLatin1Char(','));
        const QString head = word.left(qMax(colon, comma) + 1);
        for (const QString &value : m_values.value(word.left(colon)))
            candidates.append(head + quoteFilterValue(value));
    } else {
        candidates = filterFieldNames(m_table);
    }
    QStringList offered;
    for (const QString &candidate : std::as_const(candidates)) {
        if (candidate.startsWith(word, Qt::CaseInsensitive) && candidate != word)
            offered.append(sign + candidate);
    }
    m_completions->setStringList(offered);
    if (word.isEmpty() || offered.isEmpty()) {
        m_completer->popup()->hide();
        return;
    }
    const int x = qMin(m_edit->fontMetrics().horizontalAdvance(text.left(start)), m_edit->width() - 40);
    m_completer->complete(QRect(x, 4, 260, m_edit->height()));
}

void FilterBar::insertCompletion(const QString &completion)
{
    const qsizetype cursor = m_edit->cursorPosition();
    const qsizetype start = wordStart(m_edit->text(), cursor);
    QString text = m_edit->text();
    text.replace(start, cursor - start, completion);
    m_edit->setText(text);
    m_edit->setCursorPosition(int(start + completion.size()));
    if (completion.endsWith(QLatin1Char(':')) || completion.endsWith(QLatin1Char('.')))
        offerCompletions();
    else
        commitTyped();
}

bool FilterBar::handleKey(int key)
{
    switch (key) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        commitTyped();
        if (m_edit->text().isEmpty())
            emit leaveRequested();
        return true;
    case Qt::Key_Escape:
        m_edit->clear();
        clearError();
        emit leaveRequested();
        return true;
    case Qt::Key_Down:
        emit leaveRequested();
        return true;
    case Qt::Key_Backspace:
        if (!m_edit->text().isEmpty())
            return false;
        editLastTerm();
        return true;
    default:
        return false;
    }
}

bool FilterBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_edit && event->type() == QEvent::KeyPress &&
        handleKey(static_cast<QKeyEvent *>(event)->key()))
        return true;
    return Card::eventFilter(watched, event);
}

} // namespace signalbox
