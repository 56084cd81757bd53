#pragma once

#include <QList>
#include <QString>
#include <QVariant>

namespace signalbox {

/// One bound value: {":limit", 200}. Lists and arrays travel as JSON text and are unpacked in SQL.
struct Binding
{
    QString name;
    QVariant value;
};
using Bindings = QList<Binding>;

} // namespace signalbox
