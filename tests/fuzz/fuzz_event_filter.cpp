#include "app/core/event_filter.h"
#include "tests/fuzz/fuzz_target.h"

#include <nlohmann/json.hpp>

#include <algorithm>

// An event filter that is accepted is one that the SQL function understands and jsonb takes.

namespace signalbox {

namespace {

using nlohmann::json;

bool holdsNul(const std::string &text)
{
    return text.find('\0') != std::string::npos;
}

// jsonb refuses NUL in any string or key.
bool holdsNul(const json &value)
{
    if (value.is_string())
        return holdsNul(value.get_ref<const std::string &>());
    for (const auto &[key, child] : value.items()) {
        const bool inKey = value.is_object() && holdsNul(key);
        if (inKey || (&child != &value && holdsNul(child)))
            return true;
    }
    return false;
}

bool isPatterns(const json &value)
{
    return value.is_array() && std::all_of(value.begin(), value.end(), [](const json &pattern) {
               return pattern.is_string() && !pattern.get_ref<const std::string &>().empty();
           });
}

void checkAccepted(const QByteArray &text)
{
    if (text.isEmpty())
        return;
    const json filter = json::parse(text.begin(), text.end(), nullptr, false);
    always(filter.is_array() || filter.is_object(), "an accepted filter is an array or an object");
    always(!holdsNul(filter), "an accepted filter holds no NUL");
    if (filter.is_array()) {
        always(isPatterns(filter), "an array holds patterns");
        return;
    }
    const json types = filter.value("types", json());
    const json payload = filter.value("payload", json());
    always(types.is_null() || isPatterns(types), "types are patterns");
    always(payload.is_null() || payload.is_object(), "payload is an object");
}

} // namespace

void fuzzOne(const QByteArray &input)
{
    const Result<QByteArray> stored = validateEventFilter(input);
    if (!stored) {
        always(stored.error().kind == Error::Kind::Refused && !stored.error().why.isEmpty(),
               "a refusal says why");
        return;
    }
    always(validateEventFilter(*stored) == *stored, "what is stored is accepted again, unchanged");
    checkAccepted(*stored);
}

} // namespace signalbox
