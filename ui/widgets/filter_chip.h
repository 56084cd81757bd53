#pragma once

#include <QAbstractButton>

namespace signalbox {

/// One term of a filter; a click (or Delete) removes it.
class FilterChip final : public QAbstractButton
{
    Q_OBJECT
public:
    FilterChip(const QString &term, QWidget *parent);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace signalbox
