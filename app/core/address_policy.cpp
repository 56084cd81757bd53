#include "app/core/address_policy.h"
