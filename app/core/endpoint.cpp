#include "app/core/endpoint.h"
