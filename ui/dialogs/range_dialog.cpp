#include "ui/dialogs/range_dialog.h"

#include "ui/dialogs/form_field.h"
#include "ui/pages/overview_range.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

RangeDialog::RangeDialog(QWidget *parent)
    : QDialog(parent)
    , m_text(new QLineEdit(this))
    , m_field(new FormField(tr("From..to"), m_text, this))
    , m_show(makeButton(tr("Show"), this, QStringLiteral("primary")))
{
    setWindowTitle(tr("Another range"));
    m_text->setFont(theme::monoFont());
    m_text->setPlaceholderText(QStringLiteral("yesterday 18:00..22:00"));
    QPushButton *cancel = makeButton(tr("Cancel"), this);
    m_show->setDefault(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(5 * theme::step, 5 * theme::step, 5 * theme::step, 4 * theme::step);
    layout->setSpacing(3 * theme::step);
    layout->addWidget(makeLabel(windowTitle(), theme::titleFont(), this));
    layout->addWidget(m_field);
    layout->addLayout(makeButtonRow({cancel, m_show}));
    setFixedWidth(460);
    connect(m_text, &QLineEdit::textChanged, this, &RangeDialog::read);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_show, &QPushButton::clicked, this, &RangeDialog::give);
    read();
    m_text->setFocus();
}

void RangeDialog::read()
{
    const bool isEmpty = m_text->text().trimmed().isEmpty();
    const auto span = typedRange(m_text->text(), QDateTime::currentDateTimeUtc());
    m_show->setEnabled(span.has_value());
    m_field->setHint(span      ? spanText(span->from, span->to)
                     : isEmpty ? tr("A day, times of today, or 2026-11-01 18:00..2026-11-02 06:00")
                               : QString());
    m_field->setProblem(span || isEmpty ? QString() : span.error().why);
}

void RangeDialog::give()
{
    const auto span = typedRange(m_text->text(), QDateTime::currentDateTimeUtc());
    if (!span)
        return;
    emit rangeGiven(span->from, span->to);
    accept();
}

} // namespace signalbox
