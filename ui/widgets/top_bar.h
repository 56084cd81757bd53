#pragma once

#include "app/core/console.h"
#include "app/core/profile.h"
#include "ui/theme/theme.h"

#include <QWidget>

#include <optional>

class QLabel;
class QPushButton;

namespace signalbox {

class EnvironmentBadge;

/// Where the console is (environment in its colour), the way to everything (search), how often it reads, the
/// theme.
class TopBar final : public QWidget
{
    Q_OBJECT
public:
    explicit TopBar(QWidget *parent = nullptr);

    void setProfile(const ConnectionProfile &profile);
    /// Of a replica it says how far behind it is.
    void setReadOnly(bool readOnly, const std::optional<ReplicaState> &replica);
    void setRefreshInterval(int seconds); ///< 0: by hand
    void setThemeMode(theme::Mode mode);

signals:
    void connectionsRequested();
    void paletteRequested();
    void refreshIntervalChosen(int seconds);
    void themeChosen(signalbox::theme::Mode mode);
    void shortcutsRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void buildRefreshMenu();
    void buildThemeMenu();

    EnvironmentBadge *m_badge;
    QWidget *m_readOnly;
    QLabel *m_readOnlyText;
    QPushButton *m_refresh;
    QPushButton *m_theme;
};

} // namespace signalbox
