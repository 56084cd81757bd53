#include "app/core/filter.h"

#include "app/core/filter_lexer.h"
#include "app/core/filter_value.h"
#include "app/core/filter_vocabulary.h"

namespace signalbox {

namespace {

QString tableName(Table table)
{
    switch (table) {
    case Table::Jobs:
        return QStringLiteral("jobs");
    case Table::Deliveries:
        return QStringLiteral("deliveries");
    case Table::Events:
        return QStringLiteral("events");
    case Table::Streams:
        break;
    }
    return QStringLiteral("streams");
}

QString wordsThatFit(Table table)
{
    return tableName(table) + QStringLiteral(" know ") + filterFieldNames(table).join(' ');
}

Result<QStringList> payloadPath(const FilterWord &word)
{
    const QString example = QStringLiteral("write payload.user.id:42");
    if (word.path.isEmpty())
        return filterError(word.position, QStringLiteral("payload needs the keys below it"), example);
    QStringList path;
    for (const FilterText &key : word.path) {
        if (key.text.isEmpty())
            return filterError(key.position, QStringLiteral("a key of the payload is missing"), example);
        path << key.text;
    }
    return path;
}

// A status or the name of a field was hardly meant as a text to look for; in quotes it is.
Done refuseLikelySlip(const FilterWord &word, Table table)
{
    if (word.bare.isQuoted())
        return {};
    const QString shown = '"' + word.bare.text + '"';
    if (jobStatusWords().contains(word.bare.text.toLower()))
        return filterError(word.position, shown + QStringLiteral(" is a status"),
                           QStringLiteral("write status:%1, or the word in quotes to look for it")
                               .arg(word.bare.text.toLower()));
    const auto field = filterFieldByName(word.name);
    const bool isType = !word.path.isEmpty() && field != FilterField::Payload; // stream.created
    if (field && !isType)
        return filterError(word.position, shown + QStringLiteral(" needs a colon and a value"),
                           wordsThatFit(table));
    return {};
}

Result<FilterTerm> search(const FilterWord &word, Table table, const QDateTime &now)
{
    if (word.bare.text.isEmpty())
        return filterError(word.position, QStringLiteral("a word is missing"), wordsThatFit(table));
    if (const Done meant = refuseLikelySlip(word, table); !meant)
        return fail(meant.error());
    const auto value = parseFilterValue(word.bare, FilterField::Any, table, now);
    if (!value)
        return fail(value.error());
    return FilterTerm{FilterField::Any, word.negated, {}, {*value}, word.position, word.length};
}

Result<FilterTerm> understand(const FilterWord &word, Table table, const QDateTime &now)
{
    if (!word.hasColon)
        return search(word, table, now);
    const std::optional<FilterField> field = filterFieldByName(word.name);
    if (!field)
        return filterError(word.position, '"' + word.name + QStringLiteral("\" is not a field"),
                           wordsThatFit(table));
    if (!filterFields(table).contains(*field))
        return filterError(word.position, tableName(table) + QStringLiteral(" have no \"") + word.name + '"',
                           wordsThatFit(table));

    FilterTerm term{*field, word.negated, {}, {}, word.position, word.length};
    if (*field == FilterField::Payload) {
        const auto path = payloadPath(word);
        if (!path)
            return fail(path.error());
        term.path = *path;
    } else if (!word.path.isEmpty()) {
        return filterError(word.position, '"' + word.name + QStringLiteral("\" has no keys below it"),
                           wordsThatFit(table));
    }
    for (const FilterText &value : word.values) {
        const auto parsed = parseFilterValue(value, *field, table, now);
        if (!parsed)
            return fail(parsed.error());
        term.values << *parsed;
    }
    return term;
}

} // namespace

Result<Filter> parseFilter(const QString &text, Table table, const QDateTime &now)
{
    const auto words = cutFilter(text);
    if (!words)
        return fail(words.error());
    Filter filter{text, {}};
    for (const FilterWord &word : *words) {
        const auto term = understand(word, table, now);
        if (!term)
            return fail(term.error());
        filter.terms << *term;
    }
    return filter;
}

QString quoteFilterValue(const QString &value)
{
    static const QString special = QStringLiteral(",\"\\<>");
    bool needed = value.isEmpty() || value.contains(QLatin1String(".."));
    for (const QChar character : value)
        needed = needed || character.isSpace() || special.contains(character);
    if (!needed)
        return value;
    QString quoted = value;
    quoted.replace('\\', QLatin1String("\\\\")).replace('"', QLatin1String("\\\""));
    return '"' + quoted + '"';
}

} // namespace signalbox
