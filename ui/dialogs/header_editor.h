#pragma once

#include "app/core/http_header.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace signalbox {

/// Custom headers as rows of two fields, name and value, each row with a button that takes it away, and a
/// button that adds one.
class HeaderEditor final : public QWidget
{
    Q_OBJECT
public:
    explicit HeaderEditor(QWidget *parent = nullptr);

    void setHeaders(const QList<HttpHeader> &headers);
    /// Rows that are not empty, as typed.
    QList<HttpHeader> headers() const;
    int rowCount() const { return int(m_rows.size()); }
    QLineEdit *nameField(int row) const { return m_rows.at(row).name; }
    QLineEdit *valueField(int row) const { return m_rows.at(row).value; }

signals:
    void headersChanged();

private:
    struct Row
    {
        QWidget *widget;
        QLineEdit *name;
        QLineEdit *value;
    };

    QLineEdit *makeField(const QString &name, const QString &text, QWidget *row);
    void appendRow(const HttpHeader &header);
    void addEmptyRow();
    void removeRow(const QWidget *widget);
    void showEmptiness();

    QVBoxLayout *m_list;
    QScrollArea *m_scroll;
    QLabel *m_none;
    QPushButton *m_add;
    QList<Row> m_rows;
};

} // namespace signalbox
