#include "app/core/signature.h"
