#pragma once

#include <QHeaderView>

namespace signalbox {

/// Header of a paged table. Only columns whose order an index carries react to a click, and only the one that
/// orders the rows bears an arrow.
class TableHeader final : public QHeaderView
{
    Q_OBJECT
public:
    explicit TableHeader(QWidget *parent = nullptr);

    void setOrder(int column, bool descending);

protected:
    void paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const override;
    QSize sizeHint() const override;

private:
    int m_orderColumn = -1;
    bool m_descending = true;
};

} // namespace signalbox
