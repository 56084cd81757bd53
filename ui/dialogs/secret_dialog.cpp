#include "ui/dialogs/secret_dialog.h"

#include "app/core/signature.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/secret_clipboard.h"
#include "ui/widgets/secret_text.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int dialogWidth = 560;

} // namespace

SecretDialog::SecretDialog(const QString &title, const QString &text, const Secret &secret, QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(title);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(5 * theme::step, 5 * theme::step, 5 * theme::step, 4 * theme::step);
    layout->setSpacing(3 * theme::step);
    const auto addLine = [this, layout](QLabel *label) {
        label->setWordWrap(true);
        layout->addWidget(label);
    };
    addLine(makeLabel(title, theme::titleFont(), this));
    addLine(makeLabel(text, theme::textFont(), this));
    auto *shown = new SecretText(this);
    shown->setSecret(secret);
    layout->addWidget(shown);
    if (const auto key = isSigningKey(secret) ? publicKeyOf(secret) : Result<QString>(QString());
        key && !key->isEmpty())
        addLine(makeMutedLabel(tr("Receivers verify with its public key: %1").arg(*key), this));

    QLabel *copied = makeMutedLabel({}, this);
    QPushButton *copy = makeButton(tr("Copy"), this, QStringLiteral("primary"));
    QPushButton *close = makeButton(tr("Close"), this);
    copy->setDefault(true);
    connect(copy, &QPushButton::clicked, this, [secret, copied] {
        copySecret(secret);
        copied->setText(tr("Copied; it leaves the clipboard in a minute"));
    });
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    layout->addLayout(makeButtonRow({close, copy}, copied));
    setFixedWidth(dialogWidth);
    copy->setFocus();
}

} // namespace signalbox
