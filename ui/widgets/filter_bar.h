#pragma once

#include "app/core/filter.h"
#include "ui/widgets/card.h"

#include <QHash>
#include <QTimer>

class QCompleter;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QStringListModel;

namespace signalbox {

/// Edits a filter: parsed terms stand as chips, the word being typed in a line edit behind them. A word
/// becomes a chip with Enter or a space; Backspace at the start turns the last chip back into text; a word
/// that does not fit is underlined and explained. Emits filterChanged only with filters that parse.
class FilterBar final : public Card
{
    Q_OBJECT
public:
    explicit FilterBar(Table table, QWidget *parent = nullptr);

    /// Takes a whole filter text; one that does not parse stays in the line edit with its error.
    void setFilterText(const QString &text);
    const Filter &filter() const { return m_filter; }
    QString errorText() const;
    void focusEdit();
    /// Values to offer behind a field name, e.g. endpoint ids behind "endpoint:".
    void setFieldValues(const QString &field, const QStringList &values);

signals:
    void filterChanged(const signalbox::Filter &filter);
    void leaveRequested(); ///< Esc or Down: back to the table

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    bool handleKey(int key);
    void commitTyped();
    void takeFilter(const Filter &filter);
    void removeTerm(int index);
    void editLastTerm();
    void rebuildChips();
    void typedChanged(const QString &text);
    void checkTyped();
    void showError(const Error &error);
    void clearError();
    void offerCompletions();
    void insertCompletion(const QString &completion);
    QString termText(int index) const;
    QString textOfTerms(int except = -1) const;

    const Table m_table;
    Filter m_filter;
    QHash<QString, QStringList> m_values;
    QHBoxLayout *m_row;
    QHBoxLayout *m_chips;
    QLineEdit *m_edit;
    QLabel *m_error;
    QCompleter *m_completer;
    QStringListModel *m_completions;
    QTimer m_checkTimer; ///< errors wait until typing pauses
};

} // namespace signalbox
