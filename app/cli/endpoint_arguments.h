#pragma once

#include "app/cli/command_line.h"
#include "app/core/endpoint.h"

#include <optional>

namespace signalbox {

/// The endpoint that is spoken of: the word behind the command, or --id. Errors: Usage when it is missing or
/// named twice.
Result<QString> namedEndpoint(const CommandLine &line);
/// --id.
Option endpointIdOption();

/// Options of `endpoint add` and `endpoint set`.
QList<Option> endpointOptions();
/// Those options as a change. Errors: Usage for what is no number or excludes each other; Refused for a
/// header that may not be, a file that cannot be read or used. A secret to be generated is left to the
/// caller.
Result<EndpointChange> endpointChange(const CommandLine &line);

/// --secret, --secret-file, --generate-secret and what goes with them.
QList<Option> secretOptions();
/// The secret of --secret or --secret-file; none when neither is given. Errors: Usage when more than one way
/// is chosen; the file cannot be read.
Result<std::optional<Secret>> givenSecret(const CommandLine &line);
/// Whether a secret that is too short is taken all the same.
bool allowsWeakSecret(const CommandLine &line);
/// Whether a secret is to be made, of the kind that the endpoint's scheme needs.
bool wantsGeneratedSecret(const CommandLine &line);

/// Prints the id, and the secret behind it with --show-secret.
void printEndpoint(const CommandLine &line, const QString &id, const std::optional<Secret> &secret);

} // namespace signalbox
