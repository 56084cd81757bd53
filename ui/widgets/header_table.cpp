#include "ui/widgets/header_table.h"

#include "app/core/http_header.h"
#include "ui/theme/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>

namespace signalbox {

HeaderTable::HeaderTable(const QString &accessibleName, QWidget *parent)
    : QTableWidget(0, 2, parent)
{
    setAccessibleName(accessibleName);
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setWordWrap(true);
    setSelectionBehavior(SelectRows);
    setEditTriggers(NoEditTriggers);
    setTabKeyNavigation(false);
    setVerticalScrollMode(ScrollPerPixel);
    setFont(theme::monoFont());
    verticalHeader()->hide();
    verticalHeader()->setMinimumSectionSize(24);
    verticalHeader()->setDefaultSectionSize(24);
    horizontalHeader()->hide();
    horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
}

void HeaderTable::setHeaders(const QString &json)
{
    if (json == m_json && rowCount() > 0)
        return;
    m_json = json;
    QList<HttpHeader> shown;
    if (!json.isEmpty()) {
        const Result<QList<HttpHeader>> headers = headersFromJson(json.toUtf8());
        shown = headers ? *headers : QList<HttpHeader>{{tr("unreadable"), json}};
    }
    if (shown.isEmpty())
        shown = {{tr("none recorded"), {}}};
    setRowCount(int(shown.size()));
    for (int row = 0; row < shown.size(); ++row) {
        auto *name = new QTableWidgetItem(shown.at(row).name);
        name->setForeground(palette().brush(QPalette::PlaceholderText));
        setItem(row, 0, name);
        setItem(row, 1, new QTableWidgetItem(shown.at(row).value));
        item(row, 1)->setToolTip(shown.at(row).value);
    }
    fit();
}

void HeaderTable::fit()
{
    constexpr int mostPixels = 220;
    if (m_fitting)
        setFixedHeight(qBound(24, verticalHeader()->length() + 2, mostPixels));
}

void HeaderTable::resizeEvent(QResizeEvent *event)
{
    QTableWidget::resizeEvent(event);
    resizeRowsToContents();
    fit();
}

void HeaderTable::changeEvent(QEvent *event)
{
    QTableWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange)
        return;
    for (int row = 0; row < rowCount(); ++row)
        item(row, 0)->setForeground(palette().brush(QPalette::PlaceholderText));
}

void HeaderTable::keyPressEvent(QKeyEvent *event)
{
    if (!event->matches(QKeySequence::Copy)) {
        QTableWidget::keyPressEvent(event);
        return;
    }
    QStringList lines;
    for (const QModelIndex &index : selectionModel()->selectedRows())
        lines.append(
            QStringLiteral("%1: %2").arg(item(index.row(), 0)->text(), item(index.row(), 1)->text()));
    QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

} // namespace signalbox
