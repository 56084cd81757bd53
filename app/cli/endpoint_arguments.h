#pragma once

#include "app/cli/command_line.h"
#include "app/core/endpoint.h"

#include <optional>

namespace signalbox {

/// The endpoint that is spoken of: the word behind the command, or --id. Errors: Usage when it is missing or
/// named twice.
Result<QString> namedEndpoint(const CommandLine &line);

/// Options of `endpoint add` and `endpoint set`.
QList<Option> endpointOptions();
/// Those options as a change. Errors: Usage for what is no number or excludes each other; Refused for a
/// header that may not be.
Result<EndpointChange> endpointChange(const CommandLine &line);

/// --secret and --generate-secret; none when neither is given. Errors: Usage when both are.
QList<Option> secretOptions();
Result<std::optional<Secret>> chosenSecret(const CommandLine &line);

/// Prints the id, and the secret behind it with --show-secret.
void printEndpoint(const CommandLine &line, const QString &id, const std::optional<Secret> &secret);

} // namespace signalbox
