#pragma once

#include "app/cli/command_database.h"
#include "app/cli/command_line.h"
#include "app/core/result.h"

#include <QList>
#include <QString>

namespace signalbox {

struct CommandContext;

enum class ReasonIs { Required, Optional };

/// What a command that stops, removes, exposes or changes many was told (design §8): --yes does it, --dry-run
/// says what it would do and needs no reason, neither says the same and exits 2.
class Consent
{
public:
    bool isGiven() const { return m_isGiven; }
    const QString &reason() const { return m_reason; } ///< trimmed
    Access access() const { return m_isGiven ? Access::ReadWrite : Access::ReadOnly; }
    /// Once it was said what would happen: the exit code, with a word where nobody said --dry-run.
    int leave() const;

private:
    friend Result<Consent> consentOf(const CommandContext &context, ReasonIs reasonIs);
    QString m_command;
    QString m_reason;
    bool m_isGiven = false;
    bool m_isDryRun = false;
};

/// Reads --yes, --dry-run and --reason. Errors: Usage for both switches at once, and for --yes without a
/// reason where one is required.
Result<Consent> consentOf(const CommandContext &context, ReasonIs reasonIs = ReasonIs::Required);

/// Consent, and the database opened for as much as that allows.
struct ConsentedAct
{
    Consent consent;
    OpenDatabase database;
};
Result<ConsentedAct> openWithConsent(const CommandContext &context);

/// The reason of a change that needs no consent; may be empty.
QString givenReason(const CommandLine &line);

Option reasonOption();
/// --reason, --dry-run and --yes.
QList<Option> consentOptions();

} // namespace signalbox
