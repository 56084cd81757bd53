#pragma once

#include "ui/pages/table_page.h"

namespace signalbox {

/// Event streams, the one that changed last first.
class StreamsPage final : public TablePage
{
    Q_OBJECT
public:
    explicit StreamsPage(const ConsoleServices &services, QWidget *parent = nullptr);
};

} // namespace signalbox
