#pragma once

#include "app/core/http_header.h"

#include <QTableWidget>

namespace signalbox {

/// Custom headers as rows of name and value; the last row is always empty and takes the next one, Del removes
/// a row.
class HeaderEditor final : public QTableWidget
{
    Q_OBJECT
public:
    explicit HeaderEditor(QWidget *parent = nullptr);

    void setHeaders(const QList<HttpHeader> &headers);
    /// Rows that are not empty, as typed.
    QList<HttpHeader> headers() const;

signals:
    void headersChanged();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void keepEmptyRow();
    void appendRow(const HttpHeader &header);
    HttpHeader headerAt(int row) const;
};

} // namespace signalbox
