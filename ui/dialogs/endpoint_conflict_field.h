#pragma once

#include "app/core/endpoint_conflict.h"

#include <QHash>
#include <QWidget>

class QGridLayout;
class QRadioButton;

namespace signalbox {

/// Settings that two people changed, theirs and yours side by side; of each one is chosen.
class EndpointConflictField final : public QWidget
{
    Q_OBJECT
public:
    /// `stored` is theirs, `change` yours.
    EndpointConflictField(const EndpointChange &change, const Endpoint &stored, QWidget *parent = nullptr);

    bool isDecided() const;
    /// The change with what was chosen, based on theirs. Only once it is decided.
    EndpointChange decided() const;

signals:
    void changed();

private:
    void addRow(QGridLayout *grid, EndpointField field, const Endpoint &yours);

    const EndpointChange m_change;
    const Endpoint m_stored;
    struct Choice
    {
        QRadioButton *theirs;
        QRadioButton *yours;
    };
    QHash<EndpointField, Choice> m_choices;
};

} // namespace signalbox
