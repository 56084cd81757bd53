#include "app/database/comparison_sql.h"

namespace signalbox {

QString compareSql(const QString &expression, const FilterValue &value, const char *type,
                   const BindValue &bind)
{
    switch (value.comparison) {
    case Comparison::Equal:
        return expression + QStringLiteral(" = ") + bind(value.text, type);
    case Comparison::Less:
        return expression + QStringLiteral(" < ") + bind(value.text, type);
    case Comparison::LessOrEqual:
        return expression + QStringLiteral(" <= ") + bind(value.text, type);
    case Comparison::Greater:
        return expression + QStringLiteral(" > ") + bind(value.text, type);
    case Comparison::GreaterOrEqual:
        return expression + QStringLiteral(" >= ") + bind(value.text, type);
    case Comparison::Range:
        break;
    }
    QStringList bounds;
    if (!value.text.isEmpty())
        bounds << expression + QStringLiteral(" >= ") + bind(value.text, type);
    if (!value.upper.isEmpty())
        bounds << expression + QStringLiteral(" <= ") + bind(value.upper, type);
    return '(' + bounds.join(QStringLiteral(" AND ")) + ')';
}

// An older row was created earlier: the comparison turns round.
QString ageSql(const QString &created, const FilterValue &value, const BindValue &bind)
{
    const auto moment = [&bind](const QString &milliseconds) {
        return QStringLiteral("now() - %1 * interval '1 ms'").arg(bind(milliseconds, "bigint"));
    };
    switch (value.comparison) {
    case Comparison::Greater:
        return created + QStringLiteral(" < ") + moment(value.text);
    case Comparison::GreaterOrEqual:
    case Comparison::Equal:
        return created + QStringLiteral(" <= ") + moment(value.text);
    case Comparison::Less:
        return created + QStringLiteral(" > ") + moment(value.text);
    case Comparison::LessOrEqual:
        return created + QStringLiteral(" >= ") + moment(value.text);
    case Comparison::Range:
        break;
    }
    QStringList bounds;
    if (!value.text.isEmpty())
        bounds << created + QStringLiteral(" <= ") + moment(value.text);
    if (!value.upper.isEmpty())
        bounds << created + QStringLiteral(" >= ") + moment(value.upper);
    return '(' + bounds.join(QStringLiteral(" AND ")) + ')';
}

} // namespace signalbox
