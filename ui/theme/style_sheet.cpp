#include "ui/theme/theme.h"

namespace signalbox::theme {

namespace {

// Controls only: tables, lists and pages draw themselves from the palette, where a style sheet would cost on
// every cell.
// @name@ stands for a token.
constexpr auto sheet = R"(
QPushButton, QToolButton[kind="button"], QComboBox {
    background: @surface@; color: @text@; border: 1px solid @border@; border-radius: 5px;
    padding: 4px 10px; min-height: 16px;
}
QPushButton:hover, QToolButton[kind="button"]:hover, QComboBox:hover { background: @hover@; }
QPushButton:pressed, QToolButton[kind="button"]:pressed { background: @selection@; }
QPushButton:focus, QToolButton[kind="button"]:focus, QComboBox:focus { border-color: @accent@; }
QPushButton:disabled, QToolButton[kind="button"]:disabled, QComboBox:disabled { color: @faint@; }
QPushButton:checked, QToolButton[kind="button"]:checked {
    background: @selection@; color: @accent@; border-color: @selectionBorder@; font-weight: 600;
}
QPushButton[kind="primary"] { background: @accent@; color: @onAccent@; border-color: @accent@; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: @accentHover@; }
QPushButton[kind="primary"]:focus { border-color: @text@; }
QPushButton[kind="primary"]:disabled { background: @hover@; color: @faint@; border-color: @border@; }
QPushButton[kind="danger"] { color: @failure@; }
QPushButton[kind="danger"]:disabled { color: @faint@; }
QPushButton[kind="flat"], QToolButton[kind="flat"] {
    background: transparent; border: 1px solid transparent; border-radius: 5px; padding: 3px; color: @muted@;
}
QPushButton[kind="flat"]:hover, QToolButton[kind="flat"]:hover { background: @hover@; color: @text@; }
QPushButton[kind="flat"]:focus, QToolButton[kind="flat"]:focus { border-color: @accent@; }
QPushButton[kind="link"] {
    background: transparent; border: none; color: @accent@; padding: 0; text-align: left; font-weight: normal;
}
QPushButton[kind="link"]:hover, QPushButton[kind="link"]:focus { text-decoration: underline; }
QPushButton[kind="strip"] {
    background: @selection@; color: @accent@; border: none; border-radius: 0; text-align: left; padding: 5px 12px;
    border-top-left-radius: 5px; border-top-right-radius: 5px;
}
QPushButton[kind="strip"]:hover, QPushButton[kind="strip"]:focus { text-decoration: underline; }
QPushButton::menu-indicator, QToolButton::menu-indicator { image: none; width: 0; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDateTimeEdit {
    background: @surface@; color: @text@; border: 1px solid @fieldBorder@; border-radius: 5px;
    selection-background-color: @accent@; selection-color: @onAccent@;
}
QLineEdit, QSpinBox, QDateTimeEdit { padding: 4px 8px; min-height: 16px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus { border-color: @accent@; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"] { border-color: @failure@; }
QLineEdit[kind="bare"], QPlainTextEdit[kind="bare"] { background: transparent; border: none; padding: 0; }
QLineEdit:disabled, QPlainTextEdit:disabled { color: @faint@; background: @inset@; }

QCheckBox::indicator {
    width: 14px; height: 14px; background: @surface@; border: 1px solid @muted@; border-radius: 3px;
}
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: @accent@; }
QCheckBox::indicator:checked { background: @accent@; border-color: @accent@; image: url(:/icons/@checked@); }
QCheckBox::indicator:disabled { background: @inset@; border-color: @border@; }
QCheckBox::indicator:checked:disabled { background: @faint@; border-color: @faint@; }
QRadioButton::indicator {
    width: 14px; height: 14px; background: @surface@; border: 1px solid @muted@; border-radius: 8px;
}
QRadioButton::indicator:hover, QRadioButton::indicator:focus { border-color: @accent@; }
QRadioButton::indicator:checked {
    width: 6px; height: 6px; background: @surface@; border: 5px solid @accent@; border-radius: 8px;
}
QTableWidget[kind="field"] { border: 1px solid @fieldBorder@; border-radius: 5px; }
QTableWidget[kind="field"]:focus { border-color: @accent@; }

QComboBox { border-color: @fieldBorder@; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url(:/icons/@arrow@); width: 10px; height: 10px; }
QComboBox QAbstractItemView, QListView#completionPopup {
    background: @surface@; color: @text@; border: 1px solid @border@;
    selection-background-color: @selection@; selection-color: @text@; outline: none;
}

QMenu { background: @surface@; color: @text@; border: 1px solid @border@; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 28px; border-radius: 4px; }
QMenu::item:selected { background: @selection@; }
QMenu::item:disabled { color: @faint@; }
QMenu::separator { height: 1px; background: @border@; margin: 4px 6px; }
QMenu::indicator, QMenu::icon { left: 8px; }
QToolTip { background: @surface@; color: @text@; border: 1px solid @border@; padding: 4px 6px; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @handle@; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @muted@; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QAbstractScrollArea::corner { background: transparent; border: none; }
QHeaderView { background: @surface@; border: none; }
QHeaderView::section {
    background: @surface@; color: @muted@; border: none; border-bottom: 1px solid @border@; padding: 0 8px; font-size: 12px;
}
QTableCornerButton::section { background: @surface@; border: none; }
QSplitter::handle { background: transparent; }
QTabWidget::pane { border: none; }
QTabBar { background: transparent; }
QTabBar::tab {
    background: transparent; color: @muted@; border: none; border-bottom: 2px solid transparent; padding: 6px 2px; margin-right: 16px;
}
QTabBar::tab:hover { color: @text@; }
QTabBar::tab:selected { color: @text@; border-bottom-color: @accent@; font-weight: 600; }
QDialog { background: @surface@; }
)";

QColor mixed(const QColor &a, const QColor &b, float part)
{
    const float rest = 1.0F - part;
    return QColor::fromRgbF(a.redF() * rest + b.redF() * part, a.greenF() * rest + b.greenF() * part,
                            a.blueF() * rest + b.blueF() * part);
}

} // namespace

QString styleSheet()
{
    const QList<std::pair<QString, QColor>> colours = {
        {QStringLiteral("window"), color(Token::Window)},
        {QStringLiteral("surface"), color(Token::Surface)},
        {QStringLiteral("border"), color(Token::Border)},
        {QStringLiteral("text"), color(Token::Text)},
        {QStringLiteral("muted"), color(Token::Muted)},
        {QStringLiteral("faint"), mixed(color(Token::Muted), color(Token::Surface), 0.4F)},
        {QStringLiteral("accent"), color(Token::Accent)},
        {QStringLiteral("accentHover"), mixed(color(Token::Accent), color(Token::Text), 0.15F)},
        {QStringLiteral("onAccent"), color(Token::OnAccent)},
        {QStringLiteral("selection"), color(Token::Selection)},
        {QStringLiteral("selectionBorder"), mixed(color(Token::Selection), color(Token::Accent), 0.35F)},
        {QStringLiteral("fieldBorder"),
         mixed(color(Token::Border), color(Token::Muted), 0.72F)}, // at least 3:1
        {QStringLiteral("inset"), color(Token::Inset)},
        {QStringLiteral("hover"), color(Token::Hover)},
        {QStringLiteral("handle"), mixed(color(Token::Border), color(Token::Muted), 0.35F)},
        {QStringLiteral("failure"), stateText(State::Failure)},
    };
    QString text = QString::fromLatin1(sheet);
    for (const auto &[name, colour] : colours)
        text.replace(QLatin1Char('@') + name + QLatin1Char('@'), colour.name());
    text.replace(QStringLiteral("@arrow@"),
                 isDark() ? QStringLiteral("arrow-down-dark.svg") : QStringLiteral("arrow-down-light.svg"));
    text.replace(QStringLiteral("@checked@"),
                 isDark() ? QStringLiteral("checked-dark.svg") : QStringLiteral("checked-light.svg"));
    return text;
}

} // namespace signalbox::theme
