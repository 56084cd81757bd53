#include "app/database/payload_path.h"

#include <nlohmann/json.hpp>

namespace signalbox {

namespace {

QString quoted(const QString &text)
{
    return QString::fromStdString(
        nlohmann::json(text.toStdString()).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

// The value as a JSON scalar other than a string, its digits untouched; empty if it is none.
QString asScalar(const QString &value)
{
    const std::string text = value.trimmed().toStdString();
    const nlohmann::json parsed = nlohmann::json::parse(text, nullptr, false);
    const bool isScalar = parsed.is_number() || parsed.is_boolean() || (parsed.is_null() && text == "null");
    return isScalar ? QString::fromStdString(text) : QString();
}

} // namespace

QString payloadPredicate(const QStringList &path, const QString &value, bool insideData)
{
    QStringList starts{QStringLiteral("$")};
    if (insideData)
        starts << QStringLiteral("$.\"data\"");
    QString keys;
    for (const QString &key : path)
        keys += '.' + quoted(key);
    QStringList alternatives;
    for (const QString &start : std::as_const(starts)) {
        alternatives << start + keys + QStringLiteral(" == ") + quoted(value);
        if (const QString scalar = asScalar(value); !scalar.isEmpty())
            alternatives << start + keys + QStringLiteral(" == ") + scalar;
    }
    return alternatives.join(QStringLiteral(" || "));
}

} // namespace signalbox
