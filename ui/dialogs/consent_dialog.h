#pragma once

#include <QDialog>
#include <QString>

class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace signalbox {

struct ConsoleServices;

/// What is asked before something is stopped, removed or exposed.
struct ConsentQuestion
{
    enum class Reason { None, Optional, Required };

    QString title;  ///< "Disable ep_shop?"
    QString text;   ///< what will happen
    QString button; ///< what does it
    Reason reason = Reason::Required;
    QString example = {};       ///< of a reason
    bool isDestructive = false; ///< Enter dismisses it then
    QString dismiss = {};       ///< what leaves everything as it is; empty: Cancel
    bool stopsOrExposes = true; ///< what does is confirmed by name in production
    QString production = {};    ///< the environment whose name has to be typed, if any
};

/// Says what an act would do and asks why; in an environment marked as production its name has to be typed
/// and a reason given. Accepted with Enter, unless the act is destructive. Use open().
class ConsentDialog final : public QDialog
{
    Q_OBJECT
public:
    explicit ConsentDialog(const ConsentQuestion &question, QWidget *parent = nullptr);

    /// One more thing to choose, above the reason.
    void addInput(const QString &name, QWidget *input);
    QString reason() const; ///< trimmed; empty where none was given

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QLineEdit *addField(const QString &name, const QString &placeholder);
    void addButtons();
    void validate();

    const ConsentQuestion m_question;
    QVBoxLayout *m_layout;
    QVBoxLayout *m_inputs;
    QPushButton *m_accept;
    QLineEdit *m_reason = nullptr;
    QLineEdit *m_environment = nullptr;
};

/// Before a stored secret is shown.
ConsentQuestion revealQuestion(const QString &endpointId, const QString &production);

/// The name of the present connection's environment if it is marked as production, else empty.
QString productionOf(const ConsoleServices &services);

} // namespace signalbox
