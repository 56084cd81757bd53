#pragma once

#include "app/core/result.h"

#include <QWidget>

#include <functional>
#include <optional>

class QLineEdit;
class QPushButton;

namespace signalbox {

class FormField;

/// PEM text that is pasted (Ctrl+V) or read from a file and never shown: the field says what it holds.
class PemField final : public QWidget
{
    Q_OBJECT
public:
    using Check = std::function<Done(const QByteArray &)>;

    PemField(const QString &name, Check check, QWidget *parent = nullptr);

    /// What is stored, as one line ("a key is stored"); empty: nothing is.
    void setStored(const QString &description);
    /// Takes PEM text as if it had been pasted.
    void setPem(const QByteArray &pem);
    /// What is to be stored: PEM text, or nothing to remove what is stored. None: the stored one stays.
    const std::optional<QByteArray> &pem() const { return m_pem; }
    /// Whether something is there once it is saved.
    bool isFilled() const { return m_pem ? !m_pem->isEmpty() : !m_stored.isEmpty(); }
    bool isValid() const;
    /// Something that is wrong beside the text itself; empty: nothing.
    void setProblem(const QString &problem);

signals:
    void changed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void paste();
    void openFile();
    void readFile(const QString &path);
    void remove();
    void showContent();
    void showMessage();

    const QString m_name;
    const Check m_check;
    std::optional<QByteArray> m_pem;
    QString m_stored;
    QString m_outerProblem;
    QString m_readProblem;
    QLineEdit *m_shown;
    QPushButton *m_remove;
    FormField *m_field;
};

/// "2 certificates", for PEM text that is stored or to be stored; empty for empty text.
QString describePem(const QByteArray &pem);

} // namespace signalbox
