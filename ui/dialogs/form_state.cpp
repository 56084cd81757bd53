#include "ui/dialogs/form_state.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>

namespace signalbox {

namespace {

QVariant valueOf(const QWidget *widget)
{
    if (const auto *line = qobject_cast<const QLineEdit *>(widget))
        return line->text();
    if (const auto *text = qobject_cast<const QPlainTextEdit *>(widget))
        return text->toPlainText();
    if (const auto *box = qobject_cast<const QCheckBox *>(widget))
        return box->isChecked();
    if (const auto *choice = qobject_cast<const QComboBox *>(widget))
        return choice->currentText();
    return {};
}

} // namespace

// Spin boxes are seen through the line edit that each holds.
FormState formState(const QWidget &root, const QWidget *except)
{
    FormState values;
    for (const QWidget *widget : root.findChildren<QWidget *>()) {
        if (except && except->isAncestorOf(widget))
            continue;
        if (const QVariant value = valueOf(widget); value.isValid())
            values.insert(widget, value);
    }
    return values;
}

} // namespace signalbox
