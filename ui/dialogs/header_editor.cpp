#include "ui/dialogs/header_editor.h"

#include "ui/theme/icons.h"
#include "ui/widgets/controls.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int nameShare = 2;
constexpr int valueShare = 3;
constexpr int mostHeight = 150; ///< of the rows; more of them are scrolled

} // namespace

HeaderEditor::HeaderEditor(QWidget *parent)
    : QWidget(parent)
    , m_list(new QVBoxLayout)
    , m_scroll(new QScrollArea(this))
    , m_none(makeMutedLabel(tr("None"), this))
    , m_add(makeButton(tr("Add header"), this))
{
    auto *rows = new QWidget(m_scroll);
    auto *rowsLayout = new QVBoxLayout(rows);
    rowsLayout->setContentsMargins(0, 0, 0, 0);
    m_list->setSpacing(theme::step);
    rowsLayout->addLayout(m_list);
    rowsLayout->addStretch(1);
    m_scroll->setWidget(rows);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);

    connect(m_add, &QPushButton::clicked, this, &HeaderEditor::addEmptyRow);
    setFocusProxy(m_add);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2 * theme::step);
    layout->addWidget(m_none);
    layout->addWidget(m_scroll, 1);
    layout->addLayout(makeButtonRow({}, m_add));
    showEmptiness();
}

void HeaderEditor::setHeaders(const QList<HttpHeader> &headers)
{
    while (!m_rows.isEmpty())
        delete m_rows.takeLast().widget;
    for (const HttpHeader &header : headers)
        appendRow(header);
    showEmptiness();
}

QLineEdit *HeaderEditor::makeField(const QString &name, const QString &text, QWidget *row)
{
    auto *field = new QLineEdit(text, row);
    field->setFont(theme::monoFont());
    field->setAccessibleName(name);
    field->setPlaceholderText(name);
    field->setCursorPosition(0);
    connect(field, &QLineEdit::textChanged, this, &HeaderEditor::headersChanged);
    return field;
}

void HeaderEditor::appendRow(const HttpHeader &header)
{
    auto *widget = new QWidget(m_scroll->widget());
    const Row row{widget, makeField(tr("Name"), header.name, widget),
                  makeField(tr("Value"), header.value, widget)};
    auto *remove = makeButton({}, widget, QStringLiteral("flat"));
    remove->setIcon(theme::icon(QStringLiteral("remove")));
    remove->setToolTip(tr("Remove this header"));
    remove->setAccessibleName(tr("Remove this header"));
    connect(remove, &QPushButton::clicked, this, [this, widget] { removeRow(widget); });
    auto *layout = new QHBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::step);
    layout->addWidget(row.name, nameShare);
    layout->addWidget(row.value, valueShare);
    layout->addWidget(remove);
    m_list->addWidget(widget);
    m_rows.append(row);
    // Tab goes through the rows before the button that adds one.
    QWidget *last = m_add->previousInFocusChain();
    while (last != m_add && !(last->focusPolicy() & Qt::TabFocus)) // nobody can be put behind those
        last = last->previousInFocusChain();
    for (QWidget *field : {static_cast<QWidget *>(row.name), static_cast<QWidget *>(row.value),
                           static_cast<QWidget *>(remove)}) {
        setTabOrder(last, field);
        last = field;
    }
}

void HeaderEditor::addEmptyRow()
{
    appendRow({});
    showEmptiness();
    QLineEdit *name = m_rows.constLast().name;
    name->setFocus(Qt::TabFocusReason);
    m_scroll->widget()->layout()->activate();
    m_scroll->ensureWidgetVisible(name);
    emit headersChanged();
}

void HeaderEditor::removeRow(const QWidget *widget)
{
    for (qsizetype at = 0; at < m_rows.size(); ++at) {
        if (m_rows.at(at).widget != widget)
            continue;
        const Row row = m_rows.takeAt(at);
        row.widget->hide();
        row.widget->deleteLater(); // its own button is what was pressed
        if (m_rows.isEmpty())
            setFocus(Qt::TabFocusReason);
        else
            m_rows.at(qMin(at, m_rows.size() - 1)).name->setFocus(Qt::TabFocusReason);
        break;
    }
    showEmptiness();
    emit headersChanged();
}

void HeaderEditor::showEmptiness()
{
    m_none->setVisible(m_rows.isEmpty());
    m_scroll->setVisible(!m_rows.isEmpty());
    // The button stands below the last row, wherever that is.
    const int height = m_scroll->widget()->sizeHint().height();
    m_scroll->setMinimumHeight(qMin(height, mostHeight));
    m_scroll->setMaximumHeight(height);
}

QList<HttpHeader> HeaderEditor::headers() const
{
    QList<HttpHeader> headers;
    for (const Row &row : m_rows) {
        const HttpHeader header{row.name->text().trimmed(), row.value->text().trimmed()};
        if (header != HttpHeader())
            headers.append(header);
    }
    return headers;
}

} // namespace signalbox
