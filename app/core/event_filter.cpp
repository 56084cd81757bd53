#include "app/core/event_filter.h"
