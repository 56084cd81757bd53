#pragma once

#include <QDialog>

class QPushButton;

namespace signalbox {

/// Says what an act would do, asks one thing, and is accepted with Enter. Use open().
class PromptDialog final : public QDialog
{
    Q_OBJECT
public:
    /// Takes `input`, which answers `question` ("Reason").
    PromptDialog(const QString &title, const QString &text, const QString &question, QWidget *input,
                 const QString &button, QWidget *parent = nullptr);

    /// Whether the answer will do.
    void setAcceptable(bool acceptable);

private:
    QPushButton *m_accept;
};

} // namespace signalbox
