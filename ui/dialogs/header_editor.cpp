#include "ui/dialogs/header_editor.h"

#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QSignalBlocker>

namespace signalbox {

HeaderEditor::HeaderEditor(QWidget *parent)
    : QTableWidget(0, 2, parent)
{
    setHorizontalHeaderLabels({tr("Name"), tr("Value")});
    setFont(theme::monoFont());
    setShowGrid(false);
    setKind(this, QStringLiteral("field"));
    setAlternatingRowColors(true);
    setTabKeyNavigation(false);
    setSelectionMode(SingleSelection);
    setEditTriggers(DoubleClicked | EditKeyPressed | AnyKeyPressed | SelectedClicked);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(theme::rowHeight);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    horizontalHeader()->setFixedHeight(theme::rowHeight - 4);
    horizontalHeader()->resizeSection(0, 150);
    horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    keepEmptyRow();
    connect(this, &QTableWidget::cellChanged, this, [this] {
        keepEmptyRow();
        emit headersChanged();
    });
}

void HeaderEditor::setHeaders(const QList<HttpHeader> &headers)
{
    const QSignalBlocker quiet(this);
    setRowCount(0);
    for (const HttpHeader &header : headers)
        appendRow(header);
    keepEmptyRow();
}

void HeaderEditor::appendRow(const HttpHeader &header)
{
    const int row = rowCount();
    insertRow(row);
    setItem(row, 0, new QTableWidgetItem(header.name));
    setItem(row, 1, new QTableWidgetItem(header.value));
}

HttpHeader HeaderEditor::headerAt(int row) const
{
    const auto text = [&](int column) { return item(row, column) ? item(row, column)->text() : QString(); };
    return {text(0).trimmed(), text(1).trimmed()};
}

QList<HttpHeader> HeaderEditor::headers() const
{
    QList<HttpHeader> headers;
    for (int row = 0; row < rowCount(); ++row) {
        if (const HttpHeader header = headerAt(row); header != HttpHeader())
            headers.append(header);
    }
    return headers;
}

void HeaderEditor::keepEmptyRow()
{
    const QSignalBlocker quiet(this);
    if (rowCount() == 0 || headerAt(rowCount() - 1) != HttpHeader())
        appendRow({});
}

void HeaderEditor::keyPressEvent(QKeyEvent *event)
{
    if (event->key() != Qt::Key_Delete || currentRow() < 0)
        return QTableWidget::keyPressEvent(event);
    removeRow(currentRow());
    keepEmptyRow();
    emit headersChanged();
}

} // namespace signalbox
