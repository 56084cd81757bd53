#include "ui/pages/table_page.h"

#include "models/display_text.h"
#include "models/paged_sql_model.h"
#include "ui/panes/detail_pane.h"
#include "ui/panes/request_copier.h"
#include "ui/widgets/filter_bar.h"
#include "ui/widgets/record_table.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>

// What a page offers for the rows that are chosen.

namespace signalbox {

void TablePage::copyIds()
{
    const QStringList keys = m_table->selectedKeys();
    if (keys.isEmpty())
        return;
    QGuiApplication::clipboard()->setText(keys.join(QLatin1Char('\n')));
    emit messageRaised(keys.size() == 1 ? tr("Copied %1").arg(keys.constFirst())
                                        : tr("Copied %1 ids").arg(keys.size()),
                       false);
}

void TablePage::showRowMenu(const QPoint &globalPosition)
{
    const QStringList keys = m_table->selectedKeys();
    const QSqlRecord row = m_model->record(m_model->rowOfKey(m_table->currentKey()));
    if (keys.isEmpty() || row.isEmpty())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Go to the details"), m_pane, &DetailPane::focusFirst);
    menu->addSeparator();
    menu->addAction(keys.size() == 1 ? tr("Copy the id") : tr("Copy %1 ids").arg(keys.size()), this,
                    &TablePage::copyIds);
    fillRowMenu(menu, row);
    addFilterItems(menu, row);
    menu->popup(globalPosition);
}

void TablePage::fillRowMenu(QMenu *, const QSqlRecord &) {}

// "endpoint:ep_shop" and the like: what the row at hand has in common with others.
void TablePage::addFilterItems(QMenu *menu, const QSqlRecord &row)
{
    struct Field
    {
        const char *column;
        const char *word;
    };
    static constexpr std::array<Field, 5> fields{{{"endpoint_id", "endpoint:"},
                                                  {"event_type", "type:"},
                                                  {"stream_id", "stream:"},
                                                  {"correlation_id", "correlation:"},
                                                  {"status", "status:"}}};
    const QStringList known = filterFieldNames(m_model->table());
    menu->addSeparator();
    for (const Field &field : fields) {
        const QString value = row.value(QLatin1String(field.column)).toString();
        const QString word = QLatin1String(field.word);
        if (value.isEmpty() || !known.contains(word))
            continue;
        QString shown = shortId(value);
        menu->addAction(tr("Filter by %1%2").arg(word, shown.replace(QLatin1Char('&'), QStringLiteral("&&"))),
                        this,
                        [this, text = word + quoteFilterValue(value)] { m_filterBar->setFilterText(text); });
    }
}

} // namespace signalbox
