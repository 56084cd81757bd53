#pragma once

#include <QTableWidget>

namespace signalbox {

/// HTTP headers as name and value; Ctrl+C copies the chosen ones as lines.
class HeaderTable final : public QTableWidget
{
    Q_OBJECT
public:
    explicit HeaderTable(const QString &accessibleName, QWidget *parent = nullptr);
    /// Takes the JSON text of the column; what is no object of strings is shown as it is.
    void setHeaders(const QString &json);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    QString m_json;
};

} // namespace signalbox
