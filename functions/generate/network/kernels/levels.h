/* Which kernels are built in, and which of them this processor can run. */

#ifndef ARTREVIEW_LEVELS_H
#define ARTREVIEW_LEVELS_H

#include "kernels.h"

/* The kernels of a level that this processor can run, or NULL. */
const Kernels *kernels_named(const char *level);

#endif
