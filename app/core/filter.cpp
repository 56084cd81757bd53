#include "app/core/filter.h"
