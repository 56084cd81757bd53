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
/// header that may not be, a file that cannot be read or used. A secret to be generated is left to the
/// caller.
Result<EndpointChange> endpointChange(const CommandLine &line);

/// --secret and --generate-secret.
QList<Option> secretOptions();
/// The secret of --secret; none when it is not given. Errors: Usage together with --generate-secret.
Result<std::optional<Secret>> givenSecret(const CommandLine &line);
/// Whether a secret is to be made, of the kind that the endpoint's scheme needs.
bool wantsGeneratedSecret(const CommandLine &line);

/// Prints the id, and the secret behind it with --show-secret.
void printEndpoint(const CommandLine &line, const QString &id, const std::optional<Secret> &secret);

} // namespace signalbox
