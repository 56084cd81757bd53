#include "ui/widgets/secret_text.h"

#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"

#include <cmath>

namespace signalbox {

namespace {

const QString hidden = QStringLiteral("••••••••••••••••");
constexpr int preferredWidth = 120;

} // namespace

SecretText::SecretText(QWidget *parent)
    : QPlainTextEdit(hidden, parent)
{
    setReadOnly(true);
    setFont(theme::monoFont());
    setFrameShape(QFrame::NoFrame);
    setKind(this, QStringLiteral("bare"));
    setWordWrapMode(QTextOption::WrapAnywhere);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setFocusPolicy(Qt::ClickFocus);
    setUndoRedoEnabled(false);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Secret"));
    document()->setDocumentMargin(0);
}

void SecretText::setSecret(const Secret &secret)
{
    m_secret = secret;
    setPlainText(secret.isEmpty() ? hidden : secret.reveal());
    updateGeometry();
}

// A plain text document counts its height in lines.
QSize SecretText::sizeHint() const
{
    const int lines = qMax(1, int(std::ceil(document()->size().height())));
    return {preferredWidth, lines * fontMetrics().lineSpacing() + 2};
}

void SecretText::resizeEvent(QResizeEvent *event)
{
    QPlainTextEdit::resizeEvent(event);
    updateGeometry();
}

} // namespace signalbox
