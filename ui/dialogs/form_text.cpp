#include "ui/dialogs/form_text.h"

#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"

#include <QCheckBox>
#include <QLabel>
#include <QVBoxLayout>

namespace signalbox {

QString problemOf(const Done &checked)
{
    if (checked)
        return {};
    const Error &error = checked.error();
    return error.hint.isEmpty() ? error.why : QStringLiteral("%1 (%2)").arg(error.why, error.hint);
}

QWidget *explained(QCheckBox *box, const QString &explanation, QWidget *parent)
{
    auto *widget = new QWidget(parent);
    auto *layout = new QVBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    QLabel *text = makeMutedLabel(explanation, widget);
    text->setWordWrap(true);
    text->setContentsMargins(6 * theme::step, 0, 0, 0);
    box->setAccessibleDescription(explanation);
    layout->addWidget(box);
    layout->addWidget(text);
    return widget;
}

} // namespace signalbox
