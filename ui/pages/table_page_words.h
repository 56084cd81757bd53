#pragma once

#include "app/core/page.h"
#include "ui/pages/page_obstacle.h"

#include <QStringList>

#include <optional>

namespace signalbox {

class EmptyState;
class PagedSqlModel;

/// What a page of rows is called and says.
struct TablePageTexts
{
    QString id;
    QString title;
    QString icon;
    QString rows;       ///< "jobs"
    QString row;        ///< "job"
    QString emptyTitle; ///< "No jobs yet"
    QString emptyText;  ///< what to do next
    QString emptyAction;
    QString emptyActionPage;
};

/// How many rows there are and how that is known; of those that match, and of all.
QStringList countTexts(const PagedSqlModel &model, const std::optional<RowCount> &total,
                       const TablePageTexts &texts);

/// Why there is no row to show, and what to do next.
void fillEmptyState(EmptyState &empty, const std::optional<PageObstacle> &obstacle,
                    const PagedSqlModel &model, const TablePageTexts &texts);

} // namespace signalbox
