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
    /// As high as its rows, up to a limit, instead of taking all room.
    void setFitting(bool fitting) { m_fitting = fitting; }

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void fit();

    QString m_json;
    bool m_fitting = false;
};

} // namespace signalbox
