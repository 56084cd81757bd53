#pragma once

#include <QWidget>

class QLabel;

namespace signalbox {

/// A named input with one line below it: what is wrong, else what is doubtful, else a hint.
class FormField final : public QWidget
{
    Q_OBJECT
public:
    FormField(const QString &name, QWidget *input, QWidget *parent = nullptr);

    void setHint(const QString &hint);
    /// Empty: nothing is wrong.
    void setProblem(const QString &problem);
    const QString &problem() const { return m_problem; }
    /// What may be saved but is probably not meant. Empty: nothing.
    void setWarning(const QString &warning);
    const QString &warning() const { return m_warning; }
    /// Puts a widget at the right end of the name's line.
    void addBesideName(QWidget *widget);

protected:
    void changeEvent(QEvent *event) override;

private:
    void showMessage();

    QWidget *m_input;
    QWidget *m_nameLine;
    QLabel *m_message;
    QString m_hint;
    QString m_problem;
    QString m_warning;
};

} // namespace signalbox
