#include "ui/widgets/fact_list.h"

#include "ui/widgets/controls.h"
#include "ui/widgets/plain_text.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

namespace signalbox {

FactList::FactList(QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(3 * theme::step);
    m_grid->setVerticalSpacing(theme::step);
    m_grid->setColumnStretch(1, 1);
}

void FactList::setFacts(const QList<Fact> &facts)
{
    if (facts == m_facts)
        return;
    m_facts = facts;
    while (QLayoutItem *item = m_grid->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    int row = 0;
    for (const Fact &fact : facts) {
        if (fact.value.isEmpty())
            continue;
        m_grid->addWidget(makeMutedLabel(fact.name, this), row, 0, Qt::AlignTop);
        const QFont font = fact.mono ? theme::monoFont() : theme::smallFont();
        if (fact.link.isEmpty()) {
            QLabel *value = makeLabel(fact.value, font, this);
            value->setTextInteractionFlags(Qt::TextSelectableByMouse);
            value->setWordWrap(true);
            value->setToolTip(fact.toolTip);
            m_grid->addWidget(value, row, 1);
        } else {
            QPushButton *value = makeButton(literalCaption(fact.value), this, QStringLiteral("link"));
            value->setFont(font);
            value->setCursor(Qt::PointingHandCursor);
            value->setToolTip(fact.toolTip);
            value->setAccessibleName(QStringLiteral("%1 %2").arg(fact.name, fact.value));
            connect(value, &QPushButton::clicked, this,
                    [this, link = fact.link] { emit linkActivated(link); });
            m_grid->addWidget(value, row, 1, Qt::AlignLeft);
        }
        ++row;
    }
}

} // namespace signalbox
