#include "app/core/event_filter.h"

#include <nlohmann/json.hpp>

#include <QString>

namespace signalbox {

namespace {

using nlohmann::json;

constexpr qsizetype mostBytes = 64 * 1024;
constexpr int mostDepth = 32;
constexpr qsizetype longestPattern = 255; // events.event_type is varchar(255)

tl::unexpected<Error> refused(const QString &why, const QString &hint = {})
{
    return fail(Error::Kind::Refused, QStringLiteral("event filter"), why, hint);
}

bool isDeeperThan(const json &value, int levels)
{
    if (!value.is_structured())
        return false;
    if (levels == 0)
        return true;
    for (const json &child : value) {
        if (isDeeperThan(child, levels - 1))
            return true;
    }
    return false;
}

// jsonb takes no NUL in any text. The depth is bounded before this.
bool holdsNul(const json &value)
{
    if (value.is_string())
        return value.get_ref<const std::string &>().find('\0') != std::string::npos;
    if (!value.is_structured())
        return false;
    for (const auto &[key, child] : value.items()) {
        if (key.find('\0') != std::string::npos || holdsNul(child))
            return true;
    }
    return false;
}

Done validatePatterns(const json &patterns)
{
    for (const json &pattern : patterns) {
        if (!pattern.is_string())
            return refused(QStringLiteral("a pattern is not a string"),
                           QStringLiteral(R"(write ["user.*"])"));
        const QString text = QString::fromStdString(pattern.get_ref<const std::string &>());
        if (text.isEmpty() || text.size() > longestPattern)
            return refused(QStringLiteral("a pattern needs 1 to 255 characters"));
    }
    return {};
}

Done validateObject(const json &object)
{
    for (const auto &[key, value] : object.items()) {
        if (key == "types") {
            if (!value.is_array() && !value.is_null())
                return refused(QStringLiteral("\"types\" is not an array of patterns"));
            if (Done done = validatePatterns(value); !done)
                return done;
        } else if (key == "payload") {
            if (!value.is_object() && !value.is_null())
                return refused(QStringLiteral("\"payload\" is not an object"));
        } else {
            return refused(QStringLiteral("\"%1\" means nothing here").arg(QString::fromStdString(key)),
                           QStringLiteral("an object may have types and payload"));
        }
    }
    return {};
}

} // namespace

Result<QByteArray> validateEventFilter(const QByteArray &text)
{
    const QByteArray trimmed = text.trimmed();
    if (trimmed.isEmpty() || trimmed == "null")
        return QByteArray();
    if (trimmed.size() > mostBytes)
        return refused(QStringLiteral("it is larger than 64 KiB"));
    const json filter = json::parse(trimmed.begin(), trimmed.end(), nullptr, false);
    if (filter.is_discarded())
        return refused(QStringLiteral("it is not JSON"),
                       QStringLiteral(R"(write ["user.*"] or {"types": [...], "payload": {...}})"));
    if (isDeeperThan(filter, mostDepth))
        return refused(QStringLiteral("it is nested more than 32 levels deep"));
    if (holdsNul(filter))
        return refused(QStringLiteral("it holds a NUL character"));
    Done done;
    if (filter.is_array())
        done = validatePatterns(filter);
    else if (filter.is_object())
        done = validateObject(filter);
    else
        done = refused(QStringLiteral("it is neither null, an array nor an object"));
    if (!done)
        return fail(done.error());
    return trimmed;
}

} // namespace signalbox
