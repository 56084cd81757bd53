#include "ui/pages/table_page_words.h"

#include "models/display_text.h"
#include "models/paged_sql_model.h"
#include "ui/pages/table_page.h"
#include "ui/widgets/empty_state.h"

namespace signalbox {

namespace {

QString countText(const RowCount &count)
{
    const QString number = numberText(count.rows);
    switch (count.kind) {
    case RowCount::Kind::Estimate:
        return QStringLiteral("~") + number;
    case RowCount::Kind::AtLeast:
        return TablePage::tr("more than %1").arg(number);
    case RowCount::Kind::Exact:
        break;
    }
    return number;
}

QString precisionText(const RowCount &count)
{
    switch (count.kind) {
    case RowCount::Kind::Estimate:
        return TablePage::tr("estimated");
    case RowCount::Kind::AtLeast:
        return TablePage::tr("counted to there");
    case RowCount::Kind::Exact:
        break;
    }
    return TablePage::tr("exact");
}

QString nameOf(const RowCount &count, const TablePageTexts &texts)
{
    return count.rows == 1 ? texts.row : texts.rows;
}

QString sizeText(const RowCount &count, const TablePageTexts &texts)
{
    return QStringLiteral("%1 %2, %3").arg(countText(count), nameOf(count, texts), precisionText(count));
}

} // namespace

QStringList countTexts(const PagedSqlModel &model, const std::optional<RowCount> &total,
                       const TablePageTexts &texts)
{
    if (model.countFailure())
        return {TablePage::tr("not counted: %1").arg(model.countFailure()->why)};
    const std::optional<RowCount> count = model.count();
    if (model.filter().isEmpty()) {
        const std::optional<RowCount> all = count ? count : total;
        return all ? QStringList(sizeText(*all, texts)) : QStringList();
    }
    QStringList parts;
    if (count)
        parts.append((count->rows == 1 ? TablePage::tr("%1 matches, %2") : TablePage::tr("%1 match, %2"))
                         .arg(countText(*count), precisionText(*count)));
    if (total)
        parts.append(TablePage::tr("of %1").arg(sizeText(*total, texts)));
    return parts;
}

void fillEmptyState(EmptyState &empty, const std::optional<PageObstacle> &obstacle,
                    const PagedSqlModel &model, const TablePageTexts &texts)
{
    if (obstacle) {
        empty.setContent(obstacle->isLasting ? QStringLiteral("warning") : QString(), obstacle->title,
                         obstacle->text);
        empty.setStatement(obstacle->statement);
    } else if (model.failure()) {
        const Error &error = *model.failure();
        empty.setContent(QStringLiteral("warning"), TablePage::tr("The %1 could not be read").arg(texts.rows),
                         error.hint.isEmpty() ? error.why : error.why + QStringLiteral(" – ") + error.hint);
    } else if (!model.filter().isEmpty()) {
        empty.setContent(QStringLiteral("filter"), TablePage::tr("No %1 match").arg(texts.rows),
                         TablePage::tr("Loosen the filter, or wait: new ones show up by themselves."),
                         TablePage::tr("Clear the filter"));
    } else {
        empty.setContent(texts.icon, texts.emptyTitle, texts.emptyText, texts.emptyAction);
    }
}

} // namespace signalbox
