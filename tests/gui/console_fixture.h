#pragma once

#include "app/database/gateway.h"
#include "tests/support/test_database.h"
#include "ui/console_services.h"
#include "ui/mainwindow.h"

#include <QTemporaryDir>

namespace signalbox {

class ConsolePage;
class DeliveryControl;
class RecordTable;

/// The real window over a database of its own, without a worker. Settings live in a folder that goes with it.
class ConsoleFixture
{
public:
    /// `script` fills the database before the window looks at it; `delivery` is its worker, none without.
    explicit ConsoleFixture(const QString &script = {}, DeliveryControl *delivery = nullptr);
    ~ConsoleFixture();

    TestDatabase &database() { return m_database; }
    Gateway &gateway() { return *m_gateway; }
    MainWindow &window() { return *m_window; }

    /// Shows the window with a page in front and waits until it has read everything. False after 15 s.
    bool open(const QString &pageId);
    /// The same as another role, or in another database.
    bool open(const QString &pageId, const ConnectionSettings &settings);
    bool settles() const;
    RecordTable *table() const; ///< of the page in front
    /// A key to whatever has the focus.
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) const;
    void type(const QString &text) const;

    /// 30 jobs of ep_shop (10 completed, 10 failed after 4 attempts, 10 pending) and their events and
    /// deliveries.
    static QString sampleRows();

private:
    QTemporaryDir m_settings;
    TestDatabase m_database;
    std::unique_ptr<Gateway> m_gateway;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace signalbox
