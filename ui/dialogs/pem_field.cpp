#include "ui/dialogs/pem_field.h"

#include "ui/dialogs/form_field.h"
#include "ui/dialogs/form_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"

#include <QClipboard>
#include <QFile>
#include <QFileDialog>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

namespace signalbox {

namespace {
constexpr qint64 largestFile = 1'048'576; ///< bytes; a bundle of all public authorities has a fifth of it
}

QString describePem(const QByteArray &pem)
{
    if (pem.isEmpty())
        return {};
    if (pem.contains("PRIVATE KEY"))
        return PemField::tr("a private key");
    const qsizetype certificates = pem.count("-----BEGIN ");
    if (certificates == 0)
        return PemField::tr("no PEM text");
    return certificates == 1 ? PemField::tr("1 certificate")
                             : PemField::tr("%1 certificates").arg(certificates);
}

PemField::PemField(const QString &name, Check check, QWidget *parent)
    : QWidget(parent)
    , m_name(name)
    , m_check(std::move(check))
    , m_shown(new QLineEdit(this))
    , m_remove(makeButton(tr("Remove"), this, QStringLiteral("link")))
    , m_field(new FormField(name, m_shown, this))
{
    QPushButton *pasteButton = makeButton(tr("Paste"), this, QStringLiteral("link"));
    QPushButton *openButton = makeButton(tr("Open…"), this, QStringLiteral("link"));
    for (QPushButton *button : {pasteButton, openButton, m_remove}) {
        button->setAccessibleName(QStringLiteral("%1: %2").arg(name, button->text()));
        m_field->addBesideName(button);
    }
    m_shown->setReadOnly(true);
    m_shown->setPlaceholderText(tr("none"));
    m_shown->installEventFilter(this);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_field);
    setTabOrder(m_shown, pasteButton);
    setTabOrder(pasteButton, openButton);
    setTabOrder(openButton, m_remove);
    connect(pasteButton, &QPushButton::clicked, this, &PemField::paste);
    connect(openButton, &QPushButton::clicked, this, &PemField::openFile);
    connect(m_remove, &QPushButton::clicked, this, &PemField::remove);
    showContent();
}

void PemField::setStored(const QString &description)
{
    m_stored = description;
    showContent();
}

void PemField::setPem(const QByteArray &pem)
{
    m_readProblem.clear();
    const QByteArray trimmed = pem.trimmed();
    m_pem = trimmed.isEmpty() ? trimmed : trimmed + '\n';
    showContent();
    emit changed();
}

bool PemField::isValid() const
{
    return !m_pem || m_check(*m_pem).has_value();
}

void PemField::setProblem(const QString &problem)
{
    m_outerProblem = problem;
    showMessage();
}

bool PemField::eventFilter(QObject *watched, QEvent *event)
{
    // The line is read-only, so that a key can neither be typed nor seen; its keys still work.
    if (watched == m_shown && event->type() == QEvent::KeyPress) {
        auto *key = static_cast<QKeyEvent *>(event);
        if (key->matches(QKeySequence::Paste)) {
            paste();
            return true;
        }
        if (key->key() == Qt::Key_Delete || key->key() == Qt::Key_Backspace) {
            remove();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void PemField::paste()
{
    const QByteArray text = QGuiApplication::clipboard()->text().toUtf8();
    if (!text.trimmed().isEmpty())
        setPem(text);
}

void PemField::openFile()
{
    auto *dialog = new QFileDialog(this, m_name);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("PEM files (*.pem *.crt *.cer *.key)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, &PemField::readFile);
    dialog->open();
}

void PemField::readFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        m_readProblem = tr("%1 cannot be read: %2").arg(path, file.errorString());
    else if (file.size() > largestFile)
        m_readProblem = tr("%1 is larger than 1 MiB").arg(path);
    else
        return setPem(file.readAll());
    showMessage();
}

void PemField::remove()
{
    if (!isFilled())
        return;
    m_readProblem.clear();
    // What was never stored need not be removed.
    m_pem = m_stored.isEmpty() ? std::nullopt : std::optional<QByteArray>(QByteArray());
    showContent();
    emit changed();
}

void PemField::showContent()
{
    const QString removed = m_pem && !m_stored.isEmpty() ? tr("removed when saved") : QString();
    m_shown->setText(!m_pem ? m_stored : m_pem->isEmpty() ? removed : tr("new: %1").arg(describePem(*m_pem)));
    m_remove->setEnabled(isFilled());
    showMessage();
}

void PemField::showMessage()
{
    QString problem = m_readProblem;
    if (problem.isEmpty() && m_pem) {
        if (const Done checked = m_check(*m_pem); !checked)
            problem = problemOf(checked);
    }
    m_field->setProblem(problem.isEmpty() ? m_outerProblem : problem);
}

} // namespace signalbox
