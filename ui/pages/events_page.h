#pragma once

#include "ui/pages/table_page.h"

namespace signalbox {

/// Stored events, newest first.
class EventsPage final : public TablePage
{
    Q_OBJECT
public:
    explicit EventsPage(const ConsoleServices &services, QWidget *parent = nullptr);
};

} // namespace signalbox
