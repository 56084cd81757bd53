#include "app/core/production.h"

#include <QRegularExpression>

namespace signalbox {

bool isProduction(const ConnectionProfile &profile)
{
    // "non-production" and "preprod" are none.
    static const QRegularExpression word(QStringLiteral("(?<!non-)(?<!pre-)\\b(prod|production|prd|live)\\b"),
                                         QRegularExpression::CaseInsensitiveOption);
    return profile.kind == ConnectionProfile::Kind::Server && !profile.environment.isEmpty() &&
           (profile.environmentColour == QLatin1String("failure") ||
            word.match(profile.environment).hasMatch());
}

} // namespace signalbox
