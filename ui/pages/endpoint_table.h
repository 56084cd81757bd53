#pragma once

#include <QTableView>

namespace signalbox {

class EndpointDelegate;
class EndpointFilterModel;

/// The rows of the Endpoints page. Ids and figures are never cut: where there is no room, columns that the
/// pane shows too give way. Remembers how it is sorted.
class EndpointTable final : public QTableView
{
    Q_OBJECT
public:
    explicit EndpointTable(EndpointFilterModel *endpoints, QWidget *parent = nullptr);

signals:
    /// Enter or a double click.
    void opened();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    void buildHeader();
    void restoreSorting();
    void fitColumns();
    void hover(int row);

    EndpointDelegate *m_delegate;
};

} // namespace signalbox
