#include "app/cli/consent.h"

#include "app/cli/command.h"
#include "app/cli/output.h"

namespace signalbox {

namespace {

constexpr int notConsentedExit = 2;

tl::unexpected<Error> wrong(const CommandContext &context, const QString &why)
{
    return fail(Error::Kind::Usage, context.command.name, why);
}

} // namespace

QString givenReason(const CommandLine &line)
{
    return line.value(QStringLiteral("reason")).trimmed();
}

Result<Consent> consentOf(const CommandContext &context, ReasonIs reasonIs)
{
    const bool yes = context.line.has(QStringLiteral("yes"));
    const bool dryRun = context.line.has(QStringLiteral("dry-run"));
    const QString reason = givenReason(context.line);
    if (yes && dryRun)
        return wrong(context, QStringLiteral("give either --dry-run or --yes"));
    if (yes && reason.isEmpty() && reasonIs == ReasonIs::Required)
        return wrong(context, QStringLiteral("--reason is missing"));
    if (!yes && !dryRun)
        printMessage(context.command.name + QStringLiteral(": nothing was changed; --yes does it"));
    return Consent{yes, yes || dryRun ? 0 : notConsentedExit, reason};
}

Option reasonOption()
{
    return {"reason", "TEXT", "why; kept with the change"};
}

QList<Option> consentOptions()
{
    return {reasonOption(),
            {"dry-run", {}, "say what would happen; needs no reason"},
            {"yes", {}, "do it; without it nothing is changed"}};
}

} // namespace signalbox
