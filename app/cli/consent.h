#pragma once

#include "app/cli/command_line.h"
#include "app/core/result.h"

#include <QList>
#include <QString>

namespace signalbox {

struct CommandContext;

/// What a command that stops, removes, exposes or changes many was told (design §8): --yes does it, --dry-run
/// says what it would do and needs no reason, neither says the same and exits 2.
struct Consent
{
    bool isGiven = false; ///< do it
    int exitCode = 0;     ///< otherwise, once it was said what would happen
    QString reason;       ///< trimmed
};

enum class ReasonIs { Required, Optional };

/// Reads --yes, --dry-run and --reason. Errors: Usage for both switches at once, and for --yes without a
/// reason where one is required.
Result<Consent> consentOf(const CommandContext &context, ReasonIs reasonIs = ReasonIs::Required);

/// The reason of a change that needs no consent; may be empty.
QString givenReason(const CommandLine &line);

Option reasonOption();
/// --reason, --dry-run and --yes.
QList<Option> consentOptions();

} // namespace signalbox
