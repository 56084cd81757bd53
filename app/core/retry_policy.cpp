#include "app/core/retry_policy.h"
