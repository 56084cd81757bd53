#include "app/core/http_header.h"
