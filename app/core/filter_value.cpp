#include "app/core/filter_value.h"

#include "app/core/duration.h"
#include "app/core/filter_moment.h"
#include "app/core/filter_vocabulary.h"

#include <QRegularExpression>
#include <QUuid>

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

/// A value cut at its operator: `>=x`, `x..y`, `x`.
struct Operands
{
    Comparison comparison = Comparison::Equal;
    FilterText lower; ///< the only operand unless Range
    FilterText upper;
};

Operands cutOperands(const FilterText &value)
{
    static const std::array<std::pair<QString, Comparison>, 4> operators{{
        {QStringLiteral(">="), Comparison::GreaterOrEqual},
        {QStringLiteral("<="), Comparison::LessOrEqual},
        {QStringLiteral(">"), Comparison::Greater},
        {QStringLiteral("<"), Comparison::Less},
    }};
    for (const auto &[text, comparison] : operators) {
        if (value.startsWith(text))
            return {comparison, value.mid(text.size()), {}};
    }
    const qsizetype dots = value.indexOf(QStringLiteral(".."));
    if (dots >= 0)
        return {Comparison::Range, value.mid(0, dots), value.mid(dots + 2)};
    return {Comparison::Equal, value, {}};
}

QString shown(const FilterText &value)
{
    return '"' + value.text + '"';
}

Result<FilterValue> oneOf(const FilterText &value, const QStringList &known)
{
    const QString text = value.text.toLower();
    if (!known.contains(text))
        return filterError(value.position, shown(value) + QStringLiteral(" is not one of the words that fit"),
                           known.join(QStringLiteral(", ")));
    return FilterValue{Comparison::Equal, text, {}};
}

// Whole numbers with comparisons and ranges; `parse` turns one operand into a number or nothing.
template <typename Parse>
Result<FilterValue> number(const FilterText &value, const QString &hint, Parse parse)
{
    const Operands operands = cutOperands(value);
    FilterValue result{operands.comparison, {}, {}};
    const bool isRange = operands.comparison == Comparison::Range;
    const std::optional<qint64> lower = parse(operands.lower.text);
    const std::optional<qint64> upper = parse(operands.upper.text);
    const bool lowerOpen = isRange && operands.lower.text.isEmpty();
    const bool upperOpen = isRange && operands.upper.text.isEmpty();
    if ((lowerOpen && upperOpen) || (!lower && !lowerOpen))
        return filterError(operands.lower.position, shown(operands.lower) + QStringLiteral(" does not fit"),
                           hint);
    if (isRange && !upper && !upperOpen)
        return filterError(operands.upper.position, shown(operands.upper) + QStringLiteral(" does not fit"),
                           hint);
    if (isRange && lower && upper && *lower > *upper)
        return filterError(value.position, QStringLiteral("the range ends before it begins"), hint);
    if (lower)
        result.text = QString::number(*lower);
    if (isRange && upper)
        result.upper = QString::number(*upper);
    return result;
}

std::optional<qint64> parseCount(const QString &text)
{
    static const QRegularExpression form(QStringLiteral(R"(^[0-9]{1,9}$)"));
    return form.match(text).hasMatch() ? std::optional<qint64>(text.toLongLong()) : std::nullopt;
}

std::optional<qint64> parseCode(const QString &text)
{
    const std::optional<qint64> code = parseCount(text);
    return code && *code >= 100 && *code <= 999 ? code : std::nullopt;
}

std::optional<qint64> parseSpan(const QString &text)
{
    return parseDuration(text);
}

Result<FilterValue> code(const FilterText &value)
{
    static const QRegularExpression classForm(QStringLiteral(R"(^([1-5])[xX]{2}$)"));
    const QRegularExpressionMatch match = classForm.match(value.text);
    if (match.hasMatch())
        return FilterValue{Comparison::Range, match.captured(1) + "00", match.captured(1) + "99"};
    return number(value, QStringLiteral("write 410, 5xx, >=500 or 500..504"), parseCode);
}

Result<FilterValue> age(const FilterText &value)
{
    const QString hint = QStringLiteral("write >5m, <2h or 5m..1h, in ms, s, m, h or d");
    if (cutOperands(value).comparison == Comparison::Equal)
        return filterError(value.position, QStringLiteral("an age needs a comparison or a range"), hint);
    return number(value, hint, parseSpan);
}

QString momentHint()
{
    return QStringLiteral(
        "write 2026-11-01, yesterday, 2026-11-01..2026-11-02, 13:00..14:00 or >2026-11-01T13:00Z");
}

// Comparisons with a day mean the whole day: after it, or up to its end. All bounds are inclusive to the
// microsecond.
Result<FilterValue> created(const FilterText &value, const QDateTime &now)
{
    const Operands operands = cutOperands(value);
    const bool isRange = operands.comparison == Comparison::Range;
    const std::optional<FilterMoment> lower = parseFilterMoment(operands.lower.text, now);
    const std::optional<FilterMoment> upper = parseFilterMoment(operands.upper.text, now, lower);
    const bool lowerOpen = isRange && operands.lower.text.isEmpty();
    const bool upperOpen = isRange && operands.upper.text.isEmpty();
    if ((lowerOpen && upperOpen) || (!lower && !lowerOpen))
        return filterError(operands.lower.position,
                           shown(operands.lower) + QStringLiteral(" is no date or time"), momentHint());
    if (isRange && !upper && !upperOpen)
        return filterError(operands.upper.position,
                           shown(operands.upper) + QStringLiteral(" is no date or time"), momentHint());
    const auto end = [](const FilterMoment &moment) {
        return moment.unit == FilterMoment::Unit::Day ? moment.last() : moment.first();
    };
    switch (operands.comparison) {
    case Comparison::Equal:
        return FilterValue{Comparison::Range, lower->first(), lower->last()};
    case Comparison::Greater:
    case Comparison::LessOrEqual:
        return FilterValue{operands.comparison, end(*lower), {}};
    case Comparison::Less:
    case Comparison::GreaterOrEqual:
        return FilterValue{operands.comparison, lower->first(), {}};
    case Comparison::Range:
        break;
    }
    const FilterValue result{Comparison::Range, lower ? lower->first() : QString(),
                             upper ? end(*upper) : QString()};
    if (lower && upper &&
        (upper->lastSecond < lower->second || (upper->second == lower->second && result.upper < result.text)))
        return filterError(value.position, QStringLiteral("the range ends before it begins"), momentHint());
    return result;
}

Result<FilterValue> correlation(const FilterText &value)
{
    const QUuid uuid = QUuid::fromString(value.text);
    if (uuid.isNull())
        return filterError(value.position, shown(value) + QStringLiteral(" is no UUID"));
    return FilterValue{Comparison::Equal, uuid.toString(QUuid::WithoutBraces), {}};
}

// A prefix of a UUID, with its dashes where PostgreSQL writes them.
Result<FilterValue> uuidPrefix(const FilterText &value)
{
    QString digits = value.text.toLower();
    const bool hasDashes = digits.contains('-');
    digits.remove('-');
    static const QRegularExpression hexadecimal(QStringLiteral("^[0-9a-f]{1,32}$"));
    QString text = digits;
    for (const int dash : {8, 13, 18, 23}) {
        if (text.size() > dash)
            text.insert(dash, '-');
    }
    const bool dashesFit = !hasDashes || value.text.toLower() == text || value.text.toLower() == text + '-';
    if (!hexadecimal.match(digits).hasMatch() || !dashesFit)
        return filterError(value.position, shown(value) + QStringLiteral(" is not the beginning of a UUID"),
                           QStringLiteral("write its first hexadecimal digits"));
    return FilterValue{Comparison::Equal, text, {}};
}

Result<FilterValue> plainText(const FilterText &value, FilterField field)
{
    if (value.startsWith(QStringLiteral(">")) || value.startsWith(QStringLiteral("<")))
        return filterError(value.position, filterFieldName(field) + QStringLiteral(": cannot be compared"),
                           QStringLiteral("put quotes around the text to look for the sign itself"));
    if (value.text.contains(QChar(0)))
        return filterError(value.position, QStringLiteral("the value holds a NUL character"));
    return FilterValue{Comparison::Equal, value.text, {}};
}

} // namespace

tl::unexpected<Error> filterError(qsizetype position, const QString &why, const QString &hint)
{
    return fail(Error{Error::Kind::Usage, QStringLiteral("filter"), why, hint, {}, position});
}

Result<FilterValue> parseFilterValue(const FilterText &value, FilterField field, Table table,
                                     const QDateTime &now)
{
    if (value.text.isEmpty())
        return filterError(value.position, QStringLiteral("a value is missing"));
    switch (field) {
    case FilterField::Status:
        return oneOf(value, jobStatusWords());
    case FilterField::Outcome:
        return oneOf(value, outcomeWords());
    case FilterField::Held:
        return oneOf(value, heldWords());
    case FilterField::Due:
        return oneOf(value, dueWords());
    case FilterField::Test:
        return oneOf(value, testWords());
    case FilterField::Code:
        return code(value);
    case FilterField::Attempts:
        return number(value, QStringLiteral("write 3, >=3 or 2..5"), parseCount);
    case FilterField::Age:
    case FilterField::Failed:
        return age(value);
    case FilterField::Duration:
        return number(value, QStringLiteral("write >2s, <500ms or 1s..5s, in ms, s, m, h or d"), parseSpan);
    case FilterField::Created:
        return created(value, now);
    case FilterField::Correlation:
    case FilterField::Change:
        return correlation(value);
    case FilterField::Id:
        return table == Table::Streams ? plainText(value, field) : uuidPrefix(value);
    case FilterField::Endpoint:
    case FilterField::Type:
    case FilterField::Error:
    case FilterField::Stream:
    case FilterField::Payload:
    case FilterField::Response:
    case FilterField::Any:
        break;
    }
    return plainText(value, field);
}

} // namespace signalbox
