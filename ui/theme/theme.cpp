#include "ui/theme/theme.h"

#include <QApplication>
#include <QFontDatabase>
#include <QHash>
#include <QStyle>
#include <QStyleFactory>
#include <QToolTip>

#include <array>

namespace signalbox::theme {

namespace {

struct Shades
{
    QRgb light;
    QRgb dark;
    QColor now() const { return QColor(isDark() ? dark : light); }
};

// In the order of Token.
constexpr std::array<Shades, 11> tokens = {{
    {0xFFF5F6F8, 0xFF12161D}, // Window
    {0xFFECEFF3, 0xFF161B23}, // Rail
    {0xFFFFFFFF, 0xFF1A202A}, // Surface
    {0xFFDDE2E9, 0xFF2A3341}, // Border
    {0xFF18202C, 0xFFE3E8EF}, // Text
    {0xFF5A6676, 0xFF98A4B5}, // Muted
    {0xFF2463D6, 0xFF6EA4FF}, // Accent
    {0xFFE3EDFD, 0xFF22344F}, // Selection
    {0xFFF7F9FB, 0xFF151A22}, // Inset
    {0xFFF0F3F7, 0xFF202834}, // Hover
    {0xFFFFFFFF, 0xFF0E1520}, // OnAccent
}};

// In the order of State.
constexpr std::array<Shades, 7> stateTexts = {{
    {0xFF1B7842, 0xFF53C58C}, // Ok
    {0xFF8F5C00, 0xFFE2B155}, // Warning
    {0xFFC0322A, 0xFFF47A6E}, // Failure
    {0xFF7A45BA, 0xFFBE94F3}, // Ambiguous
    {0xFF5F6B7A, 0xFF9AA6B6}, // Held
    {0xFF2463D6, 0xFF6EA4FF}, // Information
    {0xFFA82C74, 0xFFF08CC4}, // Unreached
}};
constexpr std::array<Shades, 7> stateGrounds = {{
    {0xFFE2F3E9, 0xFF173526},
    {0xFFFBF0D9, 0xFF382C14},
    {0xFFFBE4E2, 0xFF40201E},
    {0xFFEFE6FA, 0xFF2E2342},
    {0xFFE9EDF2, 0xFF283040},
    {0xFFE3EDFD, 0xFF1C2D47},
    {0xFFFBE4F1, 0xFF3E1D32},
}};

Mode currentMode = Mode::System;
bool dark = false;

/// Qt 6.4 has no colour scheme hint: what the platform gave the program before our own palette tells.
bool systemIsDark()
{
    static const bool wasDark = QApplication::palette().color(QPalette::Window).lightness() < 128;
    return wasDark;
}

QString firstInstalled(const QStringList &families, QFontDatabase::SystemFont fallback)
{
    const QStringList installed = QFontDatabase::families();
    for (const QString &family : families) {
        if (installed.contains(family))
            return family;
    }
    return QFontDatabase::systemFont(fallback).family();
}

QFont makeFont(const QString &family, int pixels, QFont::Weight weight = QFont::Normal)
{
    QFont font(family);
    font.setPixelSize(pixels);
    font.setWeight(weight);
    return font;
}

QString textFamily()
{
    static const QString family = firstInstalled({QStringLiteral("Inter")}, QFontDatabase::GeneralFont);
    return family;
}

QString monoFamily()
{
    static const QString family =
        firstInstalled({QStringLiteral("JetBrains Mono")}, QFontDatabase::FixedFont);
    return family;
}

} // namespace

void apply(QApplication &application, Mode newMode)
{
    const bool systemDark = systemIsDark();
    currentMode = newMode;
    dark = newMode == Mode::Dark || (newMode == Mode::System && systemDark);

    static bool styled = false;
    if (!styled) // a second setStyle would only polish every widget twice
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    styled = true;
    QApplication::setFont(textFont());
    QApplication::setPalette(palette());
    QToolTip::setFont(smallFont());
    QToolTip::setPalette(palette());
    application.setStyleSheet(styleSheet());
}

Mode mode()
{
    return currentMode;
}
bool isDark()
{
    return dark;
}

QColor color(Token token)
{
    return tokens.at(static_cast<std::size_t>(token)).now();
}
QColor stateText(State state)
{
    return stateTexts.at(static_cast<std::size_t>(state)).now();
}
QColor stateGround(State state)
{
    return stateGrounds.at(static_cast<std::size_t>(state)).now();
}

State stateOf(const QString &statusOrOutcome)
{
    static const QHash<QString, State> states = {
        {QStringLiteral("completed"), State::Ok},
        {QStringLiteral("succeeded"), State::Ok},
        {QStringLiteral("successful"), State::Ok},
        {QStringLiteral("healthy"), State::Ok},
        {QStringLiteral("2xx"), State::Ok},
        {QStringLiteral("failed"), State::Failure},
        {QStringLiteral("failing"), State::Failure},
        {QStringLiteral("answered"), State::Failure},
        {QStringLiteral("never-connected"), State::Unreached},
        {QStringLiteral("breaker open"), State::Failure},
        {QStringLiteral("probing"), State::Warning},
        {QStringLiteral("vanished"), State::Failure},
        {QStringLiteral("delivering"), State::Ok},
        {QStringLiteral("idle"), State::Information},
        {QStringLiteral("no-answer"), State::Ambiguous},
        {QStringLiteral("processing"), State::Ambiguous},
        {QStringLiteral("pending"), State::Information},
        {QStringLiteral("cancelled"), State::Held},
        {QStringLiteral("held"), State::Held},
        {QStringLiteral("disabled"), State::Held},
        {QStringLiteral("slow"), State::Warning},
        {QStringLiteral("back-off"), State::Warning},
    };
    return states.value(statusOrOutcome, State::Held);
}

State stateFromName(const QString &name)
{
    static const QHash<QString, State> states = {
        {QStringLiteral("ok"), State::Ok},
        {QStringLiteral("warning"), State::Warning},
        {QStringLiteral("failure"), State::Failure},
        {QStringLiteral("ambiguous"), State::Ambiguous},
        {QStringLiteral("held"), State::Held},
        {QStringLiteral("information"), State::Information},
        {QStringLiteral("unreached"), State::Unreached},
    };
    return states.value(name, State::Held);
}

QPalette palette()
{
    QPalette colours;
    const QColor text = color(Token::Text);
    const QColor muted = color(Token::Muted);
    colours.setColor(QPalette::Window, color(Token::Window));
    colours.setColor(QPalette::WindowText, text);
    colours.setColor(QPalette::Base, color(Token::Surface));
    colours.setColor(QPalette::AlternateBase, color(Token::Inset));
    colours.setColor(QPalette::Text, text);
    colours.setColor(QPalette::PlaceholderText, muted);
    colours.setColor(QPalette::Button, color(Token::Surface));
    colours.setColor(QPalette::ButtonText, text);
    colours.setColor(QPalette::BrightText, color(Token::OnAccent));
    colours.setColor(QPalette::ToolTipBase, color(Token::Surface));
    colours.setColor(QPalette::ToolTipText, text);
    colours.setColor(QPalette::Highlight, color(Token::Selection));
    colours.setColor(QPalette::HighlightedText, text);
    colours.setColor(QPalette::Link, color(Token::Accent));
    colours.setColor(QPalette::LinkVisited, color(Token::Accent));
    colours.setColor(QPalette::Light, color(Token::Surface));
    colours.setColor(QPalette::Midlight, color(Token::Hover));
    colours.setColor(QPalette::Mid, color(Token::Border));
    colours.setColor(QPalette::Dark, color(Token::Border));
    colours.setColor(QPalette::Shadow, color(Token::Border));
    QColor faint = muted;
    faint.setAlphaF(0.6F);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        colours.setColor(QPalette::Disabled, role, faint);
    return colours;
}

QFont textFont()
{
    return makeFont(textFamily(), 13);
}
QFont smallFont()
{
    return makeFont(textFamily(), 12);
}
QFont strongFont()
{
    return makeFont(textFamily(), 13, QFont::DemiBold);
}
QFont monoFont()
{
    return makeFont(monoFamily(), 12);
}
QFont titleFont()
{
    return makeFont(textFamily(), 18, QFont::DemiBold);
}
QFont figureFont()
{
    return makeFont(textFamily(), 24, QFont::DemiBold);
}

} // namespace signalbox::theme
