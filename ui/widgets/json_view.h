#pragma once

#include "app/core/console.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;
class QsciLexerJSON;
class QsciScintilla;

namespace signalbox {

class Card;

/// Shows JSON as the server wrote it: highlighted in the theme's colours, folded, searchable (Ctrl+F), copied
/// whole. The text is never parsed here, so numbers keep every digit. Texts above 1 MB show their beginning
/// until asked for the rest.
class JsonView final : public QWidget
{
    Q_OBJECT
public:
    explicit JsonView(const QString &title, QWidget *parent = nullptr);
    ~JsonView() override;

    /// The same text again keeps scroll, folds and selection. `remark` stands by the title, e.g. "612 bytes".
    void setText(const QString &text, const QString &remark);
    /// A value as the server rendered it, with its size beside the title.
    void setJson(const JsonText &json, const QString &remark = {});
    /// Plain text without highlighting, e.g. a response that is no JSON.
    void setHighlighted(bool highlighted);
    QString text() const { return m_text; }
    /// The least that is of use; a layout gives it what room is left.
    QSize sizeHint() const override { return {280, 150}; }

public slots:
    void openSearch();
    void closeSearch();
    void findNext(bool forward = true);

protected:
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void setUpEditor();
    void setUpSearch();
    void applyColours();
    void showText(bool whole);
    void search(const QString &word);
    void copyAll() const;

    QString m_text;
    QLabel *m_remark;
    QPushButton *m_loadAll;
    Card *m_frame;
    QsciScintilla *m_editor;
    QsciLexerJSON *m_lexer;
    QWidget *m_searchBar;
    QLineEdit *m_searchEdit;
    QLabel *m_matches;
};

/// "612 bytes", "14.2 kB"
QString byteText(qint64 bytes);

} // namespace signalbox
