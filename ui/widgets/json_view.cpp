#include "ui/widgets/json_view.h"

#include "models/display_text.h"
#include "ui/theme/icons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/controls.h"

#include <QAction>
#include <QClipboard>
#include <QEvent>
#include <QFontInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <Qsci/qscilexerjson.h>
#include <Qsci/qsciscintilla.h>

namespace signalbox {

namespace {

constexpr qsizetype shownAtFirst = 1'000'000; ///< characters
constexpr int foldMargin = 2;
constexpr int foldMarginWidth = 14;
constexpr int firstFoldMarker = QsciScintilla::SC_MARKNUM_FOLDEREND;
constexpr int lastFoldMarker = QsciScintilla::SC_MARKNUM_FOLDEROPEN;

QPushButton *iconButton(const QString &iconName, const QString &tip, QWidget *parent)
{
    QPushButton *button = makeButton({}, parent, QStringLiteral("flat"));
    button->setIcon(theme::icon(iconName));
    button->setIconSize(QSize(14, 14));
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    return button;
}

} // namespace

QString byteText(qint64 bytes)
{
    if (bytes < 10'000)
        return countedText(bytes, JsonView::tr("1 byte"), JsonView::tr("%1 bytes"));
    if (bytes < 1'000'000)
        return JsonView::tr("%1 kB").arg(double(bytes) / 1e3, 0, 'f', 1);
    return JsonView::tr("%1 MB").arg(double(bytes) / 1e6, 0, 'f', 1);
}

JsonView::JsonView(const QString &title, QWidget *parent)
    : QWidget(parent)
    , m_remark(makeMutedLabel({}, this))
    , m_loadAll(makeButton(tr("Load all"), this, QStringLiteral("link")))
    , m_frame(new Card(this, theme::Token::Inset))
    , m_editor(new QsciScintilla(this))
    , m_lexer(new QsciLexerJSON(m_editor))
    , m_searchBar(new QWidget(this))
    , m_searchEdit(new QLineEdit(m_searchBar))
    , m_matches(makeMutedLabel({}, m_searchBar))
{
    auto *searchButton = iconButton(QStringLiteral("search"), tr("Search in it (Ctrl+F)"), this);
    auto *copyButton = iconButton(QStringLiteral("copy"), tr("Copy all of it"), this);
    auto *head = new QHBoxLayout;
    head->setSpacing(2 * theme::step);
    if (!title.isEmpty())
        head->addWidget(makeHeading(title, this));
    head->addWidget(m_remark);
    head->addWidget(m_loadAll);
    head->addStretch(1);
    head->addWidget(searchButton);
    head->addWidget(copyButton);

    setUpEditor();
    setUpSearch();
    auto *frameLayout = new QVBoxLayout(m_frame);
    frameLayout->setContentsMargins(2, 4, 2, 4);
    frameLayout->setSpacing(0);
    frameLayout->addWidget(m_searchBar);
    frameLayout->addWidget(m_editor);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::step);
    layout->addLayout(head);
    layout->addWidget(m_frame, 1);
    m_editor->installEventFilter(this);

    m_loadAll->hide();
    connect(m_loadAll, &QPushButton::clicked, this, [this] { showText(true); });
    connect(searchButton, &QPushButton::clicked, this, &JsonView::openSearch);
    connect(copyButton, &QPushButton::clicked, this, &JsonView::copyAll);
    connect(makeAction(tr("Search in the payload"), QStringLiteral("Ctrl+F"), this), &QAction::triggered,
            this, &JsonView::openSearch);
}

JsonView::~JsonView() = default;

void JsonView::setUpEditor()
{
    m_editor->setUtf8(true);
    m_editor->setReadOnly(true);
    m_editor->setFrameShape(QFrame::NoFrame);
    m_editor->setMinimumHeight(90);
    m_editor->setAccessibleName(tr("JSON text"));
    m_editor->setWrapMode(QsciScintilla::WrapCharacter);
    m_editor->setWrapIndentMode(QsciScintilla::WrapIndentIndented);
    m_editor->SendScintilla(QsciScintilla::SCI_SETHSCROLLBAR, 0);
    m_editor->SendScintilla(QsciScintilla::SCI_SETCARETSTYLE, QsciScintilla::CARETSTYLE_INVISIBLE);
    m_editor->SendScintilla(QsciScintilla::SCI_SETEXTRAASCENT, 1);
    m_editor->SendScintilla(QsciScintilla::SCI_SETEXTRADESCENT, 2);
    for (int margin = 0; margin < 5; ++margin)
        m_editor->setMarginWidth(margin, 0);
    m_lexer->setFoldCompact(false);
    m_editor->setLexer(m_lexer);
    m_editor->setFolding(QsciScintilla::PlainFoldStyle, foldMargin);
    m_editor->setMarginWidth(foldMargin, foldMarginWidth);
    // A lone child of a folded parent needs no lines drawn; arrows are enough.
    const auto mark = [this](unsigned int number, unsigned int symbol) {
        m_editor->SendScintilla(QsciScintilla::SCI_MARKERDEFINE, number, long(symbol));
    };
    mark(QsciScintilla::SC_MARKNUM_FOLDER, QsciScintilla::SC_MARK_ARROW);
    mark(QsciScintilla::SC_MARKNUM_FOLDEROPEN, QsciScintilla::SC_MARK_ARROWDOWN);
    mark(QsciScintilla::SC_MARKNUM_FOLDEREND, QsciScintilla::SC_MARK_ARROW);
    mark(QsciScintilla::SC_MARKNUM_FOLDEROPENMID, QsciScintilla::SC_MARK_ARROWDOWN);
    mark(QsciScintilla::SC_MARKNUM_FOLDERSUB, QsciScintilla::SC_MARK_EMPTY);
    mark(QsciScintilla::SC_MARKNUM_FOLDERTAIL, QsciScintilla::SC_MARK_EMPTY);
    mark(QsciScintilla::SC_MARKNUM_FOLDERMIDTAIL, QsciScintilla::SC_MARK_EMPTY);
    applyColours();
}

void JsonView::setUpSearch()
{
    m_searchBar->hide();
    m_searchEdit->setPlaceholderText(tr("Search"));
    m_searchEdit->setAccessibleName(tr("Search in the payload"));
    m_searchEdit->installEventFilter(this);
    auto *previous = iconButton(QStringLiteral("previous"), tr("Previous (Shift+Enter)"), m_searchBar);
    auto *next = iconButton(QStringLiteral("next"), tr("Next (Enter)"), m_searchBar);
    auto *close = iconButton(QStringLiteral("close"), tr("Close (Esc)"), m_searchBar);
    auto *layout = new QHBoxLayout(m_searchBar);
    layout->setContentsMargins(4, 0, 4, 4);
    layout->setSpacing(theme::step);
    layout->addWidget(m_searchEdit, 1);
    layout->addWidget(m_matches);
    layout->addWidget(previous);
    layout->addWidget(next);
    layout->addWidget(close);
    connect(m_searchEdit, &QLineEdit::textChanged, this, &JsonView::search);
    connect(previous, &QPushButton::clicked, this, [this] { findNext(false); });
    connect(next, &QPushButton::clicked, this, [this] { findNext(true); });
    connect(close, &QPushButton::clicked, this, &JsonView::closeSearch);
}

void JsonView::applyColours()
{
    QFont font = theme::monoFont();
    font.setPointSizeF(QFontInfo(font).pointSizeF()); // Scintilla knows points only
    const QColor ground = theme::color(theme::Token::Inset);
    const QColor text = theme::color(theme::Token::Text);
    m_lexer->setDefaultPaper(ground);
    m_lexer->setDefaultColor(text);
    m_lexer->setPaper(ground, -1);
    m_lexer->setColor(text, -1);
    m_lexer->setFont(font, -1);
    const QColor string = theme::stateText(theme::State::Ok);
    const QColor keyword = theme::stateText(theme::State::Ambiguous);
    for (const int style : {QsciLexerJSON::String, QsciLexerJSON::UnclosedString,
                            QsciLexerJSON::EscapeSequence, QsciLexerJSON::IRI, QsciLexerJSON::IRICompact})
        m_lexer->setColor(string, style);
    m_lexer->setColor(theme::stateText(theme::State::Information), QsciLexerJSON::Property);
    m_lexer->setColor(theme::stateText(theme::State::Warning), QsciLexerJSON::Number);
    m_lexer->setColor(keyword, QsciLexerJSON::Keyword);
    m_lexer->setColor(keyword, QsciLexerJSON::KeywordLD);
    m_lexer->setColor(theme::color(theme::Token::Muted), QsciLexerJSON::Operator);
    m_editor->setPaper(ground);
    m_editor->setColor(text);
    m_editor->setFont(font);
    m_editor->setMarginsBackgroundColor(ground);
    m_editor->setFoldMarginColors(ground, ground);
    m_editor->setSelectionBackgroundColor(theme::color(theme::Token::Accent));
    m_editor->setSelectionForegroundColor(theme::color(theme::Token::OnAccent));
    const QColor muted = theme::color(theme::Token::Muted);
    for (int marker = firstFoldMarker; marker <= lastFoldMarker; ++marker) {
        m_editor->SendScintilla(QsciScintilla::SCI_MARKERSETFORE, marker, muted);
        m_editor->SendScintilla(QsciScintilla::SCI_MARKERSETBACK, marker, muted);
    }
    m_editor->SendScintilla(QsciScintilla::SCI_MARKERENABLEHIGHLIGHT, 0);
}

void JsonView::setText(const QString &text, const QString &remark)
{
    m_remark->setText(remark);
    if (text == m_text)
        return;
    m_text = text;
    showText(false);
    if (m_searchBar->isVisible())
        search(m_searchEdit->text());
}

void JsonView::setJson(const JsonText &json, const QString &remark)
{
    QStringList parts{byteText(json.bytes)};
    if (!remark.isEmpty())
        parts.append(remark);
    setText(json.text, parts.join(QStringLiteral(" · ")));
}

void JsonView::setHighlighted(bool highlighted)
{
    const bool isNow = m_editor->lexer() != nullptr;
    if (highlighted == isNow)
        return;
    m_editor->setLexer(highlighted ? m_lexer : nullptr);
    applyColours();
}

void JsonView::showText(bool whole)
{
    const bool isPart = !whole && m_text.size() > shownAtFirst;
    m_editor->setText(isPart ? m_text.left(shownAtFirst) : m_text);
    m_loadAll->setVisible(isPart);
    m_loadAll->setText(tr("The first %1 are shown – load all").arg(byteText(shownAtFirst)));
}

void JsonView::openSearch()
{
    m_searchBar->show();
    m_searchEdit->setFocus();
    m_searchEdit->selectAll();
}

void JsonView::closeSearch()
{
    m_searchBar->hide();
    m_editor->setFocus();
}

void JsonView::search(const QString &word)
{
    const qsizetype count = word.isEmpty() ? 0 : m_editor->text().count(word, Qt::CaseInsensitive);
    m_matches->setText(word.isEmpty() ? QString()
                       : count == 0   ? tr("none")
                                      : tr("%1 found").arg(numberText(count)));
    setInvalid(m_searchEdit, !word.isEmpty() && count == 0);
    if (count > 0)
        m_editor->findFirst(word, false, false, false, true, true, 0, 0);
}

void JsonView::findNext(bool forward)
{
    if (m_searchEdit->text().isEmpty())
        return;
    int line = 0;
    int column = 0;
    int lineTo = 0;
    int columnTo = 0;
    m_editor->getSelection(&line, &column, &lineTo, &columnTo);
    if (forward)
        m_editor->findFirst(m_searchEdit->text(), false, false, false, true, true, lineTo, columnTo);
    else
        m_editor->findFirst(m_searchEdit->text(), false, false, false, true, false, line, column);
}

void JsonView::copyAll() const
{
    QGuiApplication::clipboard()->setText(m_text);
}

void JsonView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        applyColours();
}

bool JsonView::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_editor && (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut))
        m_frame->setFocused(event->type() == QEvent::FocusIn);
    // Whatever else has that key in the window, here it copies what is chosen.
    if (watched == m_editor && event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent *>(event)->matches(QKeySequence::Copy)) {
        event->accept();
        return true;
    }
    if (watched == m_searchEdit && event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
        event->accept(); // Esc closes the search before it leaves the pane
        return true;
    }
    if (watched == m_searchEdit && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Escape) {
            closeSearch();
            return true;
        }
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            findNext(!(key->modifiers() & Qt::ShiftModifier));
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace signalbox
