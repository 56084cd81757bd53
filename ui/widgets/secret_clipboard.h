#pragma once

#include "app/core/secret.h"

namespace signalbox {

/// How long a copied secret stays on the clipboard.
inline constexpr int secretOnClipboardMs = 60'000;

/// Puts a secret on the clipboard, and takes it off again after a while if it is still there. Clipboard
/// histories that heed the usual hint do not keep it.
void copySecret(const Secret &secret, int forMs = secretOnClipboardMs);

} // namespace signalbox
