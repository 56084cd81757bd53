#include "ui/theme/icons.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace signalbox::theme {

namespace {

/// Draws from the palette at paint time.
class LineIconEngine final : public QIconEngine
{
public:
    LineIconEngine(QString name, Token normal)
        : m_name(std::move(name))
        , m_normal(normal)
    {
    }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override
    {
        const int side = qMin(rect.width(), rect.height());
        const qreal ratio = painter->device() ? painter->device()->devicePixelRatioF() : 1.0;
        const QPixmap pixmap = iconPixmap(m_name, side, colour(mode, state), ratio);
        painter->drawPixmap(rect.x() + (rect.width() - side) / 2, rect.y() + (rect.height() - side) / 2,
                            pixmap);
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        return iconPixmap(m_name, qMin(size.width(), size.height()), colour(mode, state), 1.0);
    }

    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State state, qreal scale) override
    {
        const int side = qRound(qMin(size.width(), size.height()) / scale);
        return iconPixmap(m_name, side, colour(mode, state), scale);
    }

    QIconEngine *clone() const override { return new LineIconEngine(*this); }

private:
    QColor colour(QIcon::Mode mode, QIcon::State state) const
    {
        if (mode == QIcon::Disabled) {
            QColor faint = color(Token::Muted);
            faint.setAlphaF(0.5F);
            return faint;
        }
        return state == QIcon::On ? color(Token::Accent) : color(m_normal);
    }

    QString m_name;
    Token m_normal;
};

} // namespace

QIcon icon(const QString &name, Token normal)
{
    return QIcon(new LineIconEngine(name, normal));
}

QPixmap iconPixmap(const QString &name, int pixels, const QColor &colour, qreal devicePixelRatio)
{
    const QString key = QStringLiteral("signalbox-icon/%1/%2/%3/%4")
                            .arg(name, QString::number(pixels), colour.name(QColor::HexArgb),
                                 QString::number(devicePixelRatio));
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;

    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    QByteArray svg;
    if (file.open(QIODevice::ReadOnly))
        svg = file.readAll().replace("currentColor", colour.name().toLatin1());
    pixmap = QPixmap(QSizeF(pixels * devicePixelRatio, pixels * devicePixelRatio).toSize());
    pixmap.fill(Qt::transparent);
    QSvgRenderer renderer(svg);
    if (renderer.isValid()) {
        QPainter painter(&pixmap);
        painter.setOpacity(colour.alphaF());
        renderer.render(&painter, QRectF(pixmap.rect()));
    }
    pixmap.setDevicePixelRatio(devicePixelRatio);
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

} // namespace signalbox::theme
