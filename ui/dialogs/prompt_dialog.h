#pragma once

#include <QDialog>

class QPushButton;
class QVBoxLayout;

namespace signalbox {

/// Says what an act would do, may ask one thing, and is accepted with Enter. Use open().
class PromptDialog final : public QDialog
{
    Q_OBJECT
public:
    /// Takes `input`, which answers `question` ("Reason").
    PromptDialog(const QString &title, const QString &text, const QString &question, QWidget *input,
                 const QString &button, QWidget *parent = nullptr);
    /// Asks for nothing but a yes.
    PromptDialog(const QString &title, const QString &text, const QString &button, QWidget *parent = nullptr);

    /// Whether the answer will do.
    void setAcceptable(bool acceptable);

private:
    QPushButton *m_accept;
    QVBoxLayout *m_layout;
};

} // namespace signalbox
