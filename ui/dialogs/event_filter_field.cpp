#include "ui/dialogs/event_filter_field.h"

#include "app/core/event_filter.h"
#include "models/display_text.h"
#include "ui/dialogs/form_field.h"
#include "ui/theme/theme.h"
#include "ui/widgets/controls.h"

#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

EventFilterField::EventFilterField(const ConsoleServices &services, QWidget *parent)
    : QWidget(parent)
    , m_services(services)
    , m_edit(new QPlainTextEdit(this))
    , m_field(new FormField(tr("Event filter"), m_edit, this))
{
    m_edit->setFont(theme::monoFont());
    m_edit->setPlaceholderText(tr("all events"));
    m_edit->setTabChangesFocus(true);
    m_edit->setMinimumHeight(72);
    auto *helper = makeButton(tr("Insert a pattern"), this, QStringLiteral("link"));
    auto *menu = new QMenu(helper);
    fillHelper(menu);
    // Not setMenu: the style would keep room for an arrow that links do not have, and cut the text.
    connect(helper, &QPushButton::clicked, menu,
            [helper, menu] { menu->popup(helper->mapToGlobal(QPoint(0, helper->height()))); });
    m_field->addBesideName(helper);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_field);
    m_debounce.setSingleShot(true);
    m_debounce.setInterval(debounceMs);
    connect(&m_debounce, &QTimer::timeout, this, &EventFilterField::count);
    connect(m_edit, &QPlainTextEdit::textChanged, this, &EventFilterField::validate);
    m_debounce.start();
}

void EventFilterField::fillHelper(QMenu *menu)
{
    const QList<std::pair<QString, QString>> patterns{
        {tr("All events"), QString()},
        {tr("One type"), QStringLiteral(R"(["order.paid.v1"])")},
        {tr("Every type that starts with user."), QStringLiteral(R"(["user.*"])")},
        {tr("Several patterns"), QStringLiteral(R"(["order.*", "invoice.paid.*"])")},
        {tr("Type and content"), QStringLiteral(R"({"types": ["order.*"], "payload": {"country": "DE"}})")},
        {tr("Nothing"), QStringLiteral("[]")},
    };
    for (const auto &[name, json] : patterns) {
        QAction *action = menu->addAction(json.isEmpty() ? name : QStringLiteral("%1\t%2").arg(name, json));
        connect(action, &QAction::triggered, m_edit, [this, text = json] {
            m_edit->selectAll();
            m_edit->insertPlainText(text); // keeps undo, unlike setPlainText
            m_edit->setFocus();
        });
    }
}

void EventFilterField::setFilter(const QByteArray &json)
{
    m_edit->setPlainText(QString::fromUtf8(json));
}

QByteArray EventFilterField::filter() const
{
    return validateEventFilter(m_edit->toPlainText().toUtf8()).value_or(QByteArray());
}

bool EventFilterField::isValid() const
{
    return validateEventFilter(m_edit->toPlainText().toUtf8()).has_value();
}

void EventFilterField::validate()
{
    const Result<QByteArray> checked = validateEventFilter(m_edit->toPlainText().toUtf8());
    m_field->setProblem(checked ? QString() : checked.error().line());
    ++m_asked; // an answer under way speaks of another filter
    if (checked)
        m_debounce.start();
    else
        m_debounce.stop();
    emit changed();
}

void EventFilterField::count()
{
    m_services.endpoints->countFilterMatches(
        filter(), this, [this, token = ++m_asked](const Result<FilterMatchCount> &answer) {
            if (token == m_asked)
                showCount(answer);
        });
}

void EventFilterField::showCount(const Result<FilterMatchCount> &answer)
{
    if (!answer)
        m_field->setHint(tr("Cannot count matches: %1").arg(answer.error().why));
    else if (answer->sampled == 0)
        m_field->setHint(tr("There are no events to try it on yet"));
    else
        m_field->setHint(tr("Matches %1 of the last %2 events")
                             .arg(numberText(answer->matches), numberText(answer->sampled)));
}

} // namespace signalbox
