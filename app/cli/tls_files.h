#pragma once

#include "app/cli/command_line.h"
#include "app/core/endpoint.h"

namespace signalbox {

/// --ca-certificates, --client-certificate, --client-key and their --no- forms.
QList<Option> tlsFileOptions();
/// Reads the files named into the change. Errors: Usage for options that exclude each other; Failed for a
/// file that cannot be read; Refused for what TLS cannot use, never with a word of the file.
Done readTlsFiles(const CommandLine &line, EndpointChange &change);

} // namespace signalbox
