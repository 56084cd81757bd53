#include "ui/widgets/top_bar.h"

#include "models/display_text.h"
#include "ui/theme/icons.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/environment_badge.h"
#include "ui/widgets/icon_label.h"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QPushButton>

namespace signalbox {

namespace {

constexpr int barHeight = 45;

QString placeOf(const ConnectionProfile &profile)
{
    if (profile.kind == ConnectionProfile::Kind::PrivateCluster)
        return TopBar::tr("this machine");
    if (profile.kind == ConnectionProfile::Kind::Demo)
        return TopBar::tr("sample traffic");
    return profile.host.isEmpty() ? profile.database
                                  : QStringLiteral("%1 / %2").arg(profile.host, profile.database);
}

QString intervalText(int seconds)
{
    return seconds == 0 ? TopBar::tr("Refresh by hand") : TopBar::tr("Refresh %1 s").arg(seconds);
}

QString replicaText(const ReplicaState &replica)
{
    if (!replica.lagMs)
        return TopBar::tr("Replica, lag unknown");
    if (!replica.isStreaming)
        return TopBar::tr("Replica without its primary, %1 old").arg(durationText(*replica.lagMs));
    constexpr qint64 noteworthyMs = 1'000;
    if (*replica.lagMs < noteworthyMs)
        return TopBar::tr("Replica, up to date");
    constexpr qint64 minuteMs = 60'000;
    return *replica.lagMs < minuteMs ? TopBar::tr("Replica, %1 s behind").arg(*replica.lagMs / 1'000)
                                     : TopBar::tr("Replica, %1 behind").arg(durationText(*replica.lagMs));
}

} // namespace

TopBar::TopBar(QWidget *parent)
    : QWidget(parent)
    , m_badge(new EnvironmentBadge(this))
    , m_readOnly(new QWidget(this))
    , m_refresh(makeButton({}, this))
    , m_theme(makeButton({}, this, QStringLiteral("flat")))
{
    setFixedHeight(barHeight);
    auto *lock = new IconLabel(QStringLiteral("lock"), 14, m_readOnly);
    auto *lockLayout = new QHBoxLayout(m_readOnly);
    lockLayout->setContentsMargins(2, 0, 2, 0);
    lockLayout->setSpacing(5);
    lockLayout->addWidget(lock);
    m_readOnlyText = makeLabel(tr("Read-only"), theme::textFont(), m_readOnly);
    m_readOnlyText->setObjectName(QStringLiteral("readOnly"));
    lockLayout->addWidget(m_readOnlyText);
    m_readOnly->setToolTip(tr("The server refuses every change on this connection"));
    m_readOnly->hide();

    auto *search = new SearchButton(tr("Search or jump to …"), QStringLiteral("Ctrl+K"), this);
    auto *keys = makeButton({}, this, QStringLiteral("flat"));
    keys->setIcon(theme::icon(QStringLiteral("keyboard")));
    keys->setToolTip(tr("Keys (?)"));
    keys->setAccessibleName(tr("Keys"));
    m_theme->setAccessibleName(tr("Theme"));
    m_theme->setToolTip(tr("Theme (Ctrl+T)"));
    for (QPushButton *button : {keys, m_theme})
        button->setIconSize(QSize(18, 18));
    buildRefreshMenu();
    buildThemeMenu();

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(4 * theme::step, 0, 4 * theme::step, 1);
    layout->setSpacing(10);
    layout->addWidget(m_badge);
    layout->addWidget(m_readOnly);
    layout->addWidget(search);
    layout->addStretch(1);
    layout->addWidget(keys);
    layout->addWidget(m_theme);
    layout->addWidget(m_refresh);
    connect(m_badge, &QAbstractButton::clicked, this, &TopBar::connectionsRequested);
    connect(search, &QAbstractButton::clicked, this, &TopBar::paletteRequested);
    connect(keys, &QPushButton::clicked, this, &TopBar::shortcutsRequested);
}

void TopBar::buildRefreshMenu()
{
    auto *menu = new QMenu(m_refresh);
    auto *group = new QActionGroup(menu);
    for (const int seconds : {1, 2, 5, 10, 30, 0}) {
        QAction *action = group->addAction(
            menu->addAction(seconds == 0 ? tr("By hand (F5)") : tr("Every %1 s").arg(seconds)));
        action->setCheckable(true);
        action->setData(seconds);
        connect(action, &QAction::triggered, this, [this, seconds] { emit refreshIntervalChosen(seconds); });
    }
    m_refresh->setMenu(menu);
    m_refresh->setToolTip(tr("How often the page in front is read again"));
}

void TopBar::buildThemeMenu()
{
    auto *menu = new QMenu(m_theme);
    auto *group = new QActionGroup(menu);
    const QList<std::pair<theme::Mode, QString>> modes = {{theme::Mode::System, tr("As the system")},
                                                          {theme::Mode::Light, tr("Light")},
                                                          {theme::Mode::Dark, tr("Dark")}};
    for (const auto &[mode, text] : modes) {
        QAction *action = group->addAction(menu->addAction(text));
        action->setCheckable(true);
        action->setData(int(mode));
        connect(action, &QAction::triggered, this, [this, chosen = mode] { emit themeChosen(chosen); });
    }
    m_theme->setMenu(menu);
}

void TopBar::setProfile(const ConnectionProfile &profile)
{
    m_badge->setEnvironment(profile.environment.toUpper(), placeOf(profile),
                            theme::stateFromName(profile.environmentColour));
}

void TopBar::setReadOnly(bool readOnly, const std::optional<ReplicaState> &replica)
{
    m_readOnlyText->setText(replica ? replicaText(*replica) : tr("Read-only"));
    m_readOnly->setVisible(readOnly);
}

void TopBar::setRefreshInterval(int seconds)
{
    m_refresh->setText(intervalText(seconds) + QStringLiteral(" ▾"));
    for (QAction *action : m_refresh->menu()->actions())
        action->setChecked(action->data().toInt() == seconds);
}

void TopBar::setThemeMode(theme::Mode mode)
{
    m_theme->setIcon(theme::icon(theme::isDark() ? QStringLiteral("dark") : QStringLiteral("light")));
    for (QAction *action : m_theme->menu()->actions())
        action->setChecked(action->data().toInt() == int(mode));
}

void TopBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme::color(theme::isDark() ? theme::Token::Rail : theme::Token::Surface));
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme::color(theme::Token::Border));
}

} // namespace signalbox
