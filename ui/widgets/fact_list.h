#pragma once

#include <QWidget>

class QGridLayout;

namespace signalbox {

/// A name and its value; with a link the value can be followed.
struct Fact
{
    QString name;
    QString value;
    QString link; ///< handed to linkActivated; empty: no link
    QString toolTip;
    bool mono = false;
    friend bool operator==(const Fact &, const Fact &) = default;
};

/// Facts in two columns, values selectable. Facts without a value are left out.
class FactList final : public QWidget
{
    Q_OBJECT
public:
    explicit FactList(QWidget *parent = nullptr);
    void setFacts(const QList<Fact> &facts);

signals:
    void linkActivated(const QString &link);

private:
    QList<Fact> m_facts;
    QGridLayout *m_grid;
};

} // namespace signalbox
