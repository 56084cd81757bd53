#pragma once

#include "ui/theme/theme.h"

#include <QListWidget>

#include <optional>

namespace signalbox {

/// One line of a RowList.
struct RowListItem
{
    QString id;    ///< handed over when the row is activated
    QString lead;  ///< mono, at the left
    QString text;  ///< behind it
    QString state; ///< pill; empty: none
    QString right; ///< muted, at the right edge
    QString toolTip;
    friend bool operator==(const RowListItem &, const RowListItem &) = default;
};

/// A short list inside a detail pane whose rows lead to other pages; Enter or a double click follows.
class RowList final : public QListWidget
{
    Q_OBJECT
public:
    explicit RowList(const QString &accessibleName, QWidget *parent = nullptr);
    /// The same rows again keep scroll and current row.
    void setRows(const QList<RowListItem> &rows);

signals:
    void rowActivated(const QString &id);

private:
    QList<RowListItem> m_rows;
};

} // namespace signalbox
