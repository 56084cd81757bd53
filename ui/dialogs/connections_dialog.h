#pragma once

#include "app/core/profile.h"
#include "ui/console_services.h"

#include <QDialog>

#include <functional>

class QPushButton;

namespace signalbox {

class ConnectionForm;
class Notice;
class RowList;

/// Saved connections: choose, edit, try and open one. Passwords go to the system keychain only; without one
/// they are asked for at each connect and not stored, and the dialog says so. Use open().
class ConnectionsDialog final : public QDialog
{
    Q_OBJECT
public:
    explicit ConnectionsDialog(const ConsoleServices &services, QWidget *parent = nullptr);

    /// Connects without showing the dialog, asking for the password only if the keychain holds none.
    void connectTo(const ConnectionProfile &profile);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void buildLayout();
    QLayout *buildButtons();
    void showProfiles(const QString &chosen);
    void fillList(bool withNew);
    void addUnsaved(const ConnectionProfile &profile);
    void takeAddress(const QString &address);
    Done checkNameIsFree(const QString &name) const;
    QString freeName(const ConnectionProfile &profile) const;
    void showChosen();
    void updateButtons();
    void add();
    void remove();
    /// What is called when all is saved gets why a password stays under the old name, or nothing.
    using Saved = std::function<void(const QString &)>;
    bool save(const Saved &saved);
    void carryPasswords(const QString &from, const QString &to, const Saved &saved);
    void movePasswords(QStringList entries, const QString &from, const QString &to, const QString &problem,
                       const Saved &saved);
    /// Once it is stored, the entry that it replaces is removed.
    void storePassword(const QString &profile, const Secret &password, const QString &replaced);
    void test();
    void connectNow();
    void withPassword(const ConnectionProfile &profile,
                      const std::function<void(const Result<Secret> &)> &use);
    void askAndConnect(const ConnectionProfile &profile, const Error &why);
    void finish(const ConnectionProfile &profile, const Secret &password);
    void showOutcome(bool good, const QString &lead, const QString &text);

    const ConsoleServices m_services;
    RowList *m_list; ///< one row per profile, then perhaps a new one that is not saved yet
    ConnectionForm *m_form;
    Notice *m_outcome;
    QPushButton *m_remove;
    QPushButton *m_test;
    QPushButton *m_save;
    QPushButton *m_connect;
    QList<ConnectionProfile> m_profiles;
    ConnectionProfile m_unsaved; ///< what the row for a new one starts from
};

} // namespace signalbox
