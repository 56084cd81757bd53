#include "ui/widgets/plain_text.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QHeaderView>
#include <QHelpEvent>
#include <QTextDocument>
#include <QToolTip>

namespace signalbox {

namespace {

constexpr qsizetype longestToolTip = 2'000;
constexpr qsizetype wrappedFrom = 80; ///< a plain tooltip is one line, however long

QAbstractItemView *viewOf(QWidget *widget)
{
    auto *view = qobject_cast<QAbstractItemView *>(widget->parentWidget());
    return view && view->viewport() == widget ? view : nullptr;
}

QString itemToolTip(const QAbstractItemView &view, const QPoint &position)
{
    if (const auto *header = qobject_cast<const QHeaderView *>(&view)) {
        const int section = header->logicalIndexAt(position);
        return section < 0 || !header->model()
                   ? QString()
                   : header->model()->headerData(section, header->orientation(), Qt::ToolTipRole).toString();
    }
    return view.indexAt(position).data(Qt::ToolTipRole).toString();
}

/// Answers QEvent::ToolTip in the place of the widgets, which would let Qt guess the format.
class PlainToolTips final : public QObject
{
public:
    using QObject::QObject;

    bool eventFilter(QObject *watched, QEvent *event) override
    {
        auto *widget = event->type() == QEvent::ToolTip ? qobject_cast<QWidget *>(watched) : nullptr;
        if (!widget)
            return false;
        const auto *help = static_cast<QHelpEvent *>(event);
        const QAbstractItemView *view = viewOf(widget);
        QString text = view ? itemToolTip(*view, help->pos()) : QString();
        if (text.isEmpty())
            text = widget->toolTip();
        if (text.isEmpty() && !view)
            return false; // the widget around it may have one
        QToolTip::showText(help->globalPos(), plainToolTip(text), widget);
        event->setAccepted(!text.isEmpty());
        return true;
    }
};

} // namespace

void showToolTipsAsPlainText(QApplication &application)
{
    static const QString name = QStringLiteral("plain tooltips");
    if (application.findChild<QObject *>(name, Qt::FindDirectChildrenOnly))
        return;
    auto *filter = new PlainToolTips(&application);
    filter->setObjectName(name);
    application.installEventFilter(filter);
}

QString plainToolTip(const QString &text)
{
    QString shown = text.size() > longestToolTip ? text.left(longestToolTip) + QChar(0x2026) : text;
    if (shown.size() < wrappedFrom && !Qt::mightBeRichText(shown))
        return shown;
    shown.replace(QChar::Null, QChar(QChar::ReplacementCharacter));
    return QStringLiteral("<p style=\"white-space:pre-wrap\">%1</p>").arg(shown.toHtmlEscaped());
}

QString literalCaption(QString text)
{
    return text.replace(QLatin1Char('&'), QStringLiteral("&&"));
}

} // namespace signalbox
