#pragma once

#include <QByteArray>
#include <QString>

namespace signalbox {

/// A value that must never be logged, shown unasked or stored in settings. It has no streaming operator and
/// no implicit conversion, so that every place where it is read says `reveal()`.
class Secret
{
public:
    Secret() = default;
    explicit Secret(QString text)
        : m_text(std::move(text))
    {
    }

    bool isEmpty() const { return m_text.isEmpty(); }
    const QString &reveal() const { return m_text; }
    friend bool operator==(const Secret &, const Secret &) = default;

private:
    QString m_text;
};

} // namespace signalbox
