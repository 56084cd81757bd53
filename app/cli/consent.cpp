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
    Consent consent;
    consent.m_command = context.command.name;
    consent.m_isGiven = context.line.has(QStringLiteral("yes"));
    consent.m_isDryRun = context.line.has(QStringLiteral("dry-run"));
    consent.m_reason = givenReason(context.line);
    if (consent.m_isGiven && consent.m_isDryRun)
        return wrong(context, QStringLiteral("give either --dry-run or --yes"));
    if (consent.m_isGiven && consent.m_reason.isEmpty() && reasonIs == ReasonIs::Required)
        return wrong(context, QStringLiteral("--reason is missing"));
    return consent;
}

int Consent::leave() const
{
    if (m_isDryRun)
        return 0;
    printMessage(m_command + QStringLiteral(": nothing was changed; --yes does it"));
    return notConsentedExit;
}

Result<ConsentedAct> openWithConsent(const CommandContext &context)
{
    const auto consent = consentOf(context);
    if (!consent)
        return fail(consent.error());
    auto database = openDatabase(context.line, consent->access());
    if (!database)
        return fail(database.error());
    return ConsentedAct{*consent, std::move(*database)};
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
