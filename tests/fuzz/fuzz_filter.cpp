#include "app/core/filter.h"
#include "app/core/filter_vocabulary.h"
#include "app/database/filter_sql.h"
#include "tests/fuzz/fuzz_target.h"

#include <QStringList>

// The filter language: errors point into the text, what was understood can be written down and read back, and
// nothing typed becomes SQL.

namespace signalbox {

namespace {

const QDateTime noon(QDate(2026, 11, 22), QTime(12, 0), Qt::UTC);

// Numbers travel without a unit inside a filter; ages and durations are milliseconds.
QString unitOf(FilterField field)
{
    return field == FilterField::Age || field == FilterField::Duration || field == FilterField::Failed
               ? QStringLiteral("ms")
               : QString();
}

QString operatorOf(Comparison comparison)
{
    switch (comparison) {
    case Comparison::Less:
        return QStringLiteral("<");
    case Comparison::LessOrEqual:
        return QStringLiteral("<=");
    case Comparison::Greater:
        return QStringLiteral(">");
    case Comparison::GreaterOrEqual:
        return QStringLiteral(">=");
    case Comparison::Equal:
    case Comparison::Range:
        break;
    }
    return {};
}

QString written(const FilterValue &value, FilterField field)
{
    const auto operand = [field](const QString &text) {
        return text.isEmpty() ? text : quoteFilterValue(text + unitOf(field));
    };
    if (value.comparison == Comparison::Range)
        return operand(value.text) + QStringLiteral("..") + operand(value.upper);
    return operatorOf(value.comparison) + operand(value.text);
}

QString quotedKey(QString key)
{
    return '"' + key.replace('\\', QLatin1String("\\\\")).replace('"', QLatin1String("\\\"")) + '"';
}

QString written(const Filter &filter)
{
    QStringList words;
    for (const FilterTerm &term : filter.terms) {
        QString word = (term.negated ? QStringLiteral("-") : QString()) + filterFieldName(term.field);
        for (const QString &key : term.path)
            word += '.' + quotedKey(key);
        QStringList values;
        for (const FilterValue &value : term.values)
            values << written(value, term.field);
        words << word + ':' + values.join(',');
    }
    return words.join(' ');
}

void checkReadBack(const Filter &filter, Table table)
{
    const Result<Filter> again = parseFilter(written(filter), table, noon);
    always(again.has_value(), "what was understood can be written down");
    always(again->terms.size() == filter.terms.size(), "every term reads back");
    for (qsizetype i = 0; i < filter.terms.size(); ++i) {
        const FilterTerm &one = filter.terms[i];
        const FilterTerm &other = again->terms[i];
        always(one.field == other.field && one.negated == other.negated && one.path == other.path &&
                   one.values == other.values,
               "a term reads back as itself");
    }
}

void checkSql(const Filter &filter, Table table)
{
    const FilterSql sql = filterSql(filter, table);
    const QString condition = sql.condition();
    always(condition.count('\'') % 2 == 0 && condition.count('(') == condition.count(')'),
           "the condition is whole");
    for (const Binding &binding : sql.bindings)
        always(condition.contains(binding.name), "every value that is bound is used");
    for (const QChar character : condition)
        always(character.unicode() >= ' ' || character == '\n', "the condition is made of our own words");
    always(!condition.contains(QLatin1String("--")) && !condition.contains(QLatin1String("/*")) &&
               !condition.contains(';'),
           "nothing typed becomes SQL");
}

} // namespace

void fuzzOne(const QByteArray &input)
{
    const Parameter parameter(input);
    constexpr Table tables[] = {Table::Jobs, Table::Deliveries, Table::Events, Table::Streams};
    const Table table = tables[parameter.number % 4];
    const QString text = QString::fromUtf8(parameter.rest);
    const Result<Filter> filter = parseFilter(text, table, noon);
    if (!filter) {
        const Error &error = filter.error();
        always(error.kind == Error::Kind::Usage && !error.why.isEmpty(), "a refusal says why");
        always(error.position >= 0 && error.position <= text.size(), "a refusal points into the text");
        return;
    }
    always(filter->isEmpty() == text.trimmed().isEmpty(), "nothing is ignored");
    qsizetype end = 0;
    for (const FilterTerm &term : filter->terms) {
        always(term.position >= end && term.length > 0 && term.position + term.length <= text.size(),
               "terms lie in the text, in order");
        end = term.position + term.length;
        always(!term.values.isEmpty(), "a term has a value");
    }
    checkReadBack(*filter, table);
    checkSql(*filter, table);
}

} // namespace signalbox
