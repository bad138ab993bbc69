/* The forward pass: tokens in, logits out. What was read is kept as keys and values, text by text. */

#ifndef ARTREVIEW_NETWORK_H
#define ARTREVIEW_NETWORK_H

#include "model.h"

#define EXPORTED __attribute__((visibility("default")))

typedef struct Network Network;

/* The kinds of processor whose kernels are built in and which this one can run, the fastest first,
   separated by spaces. */
EXPORTED const char *network_levels(void);

/* `places` texts at once, read by `threads` threads with the kernels named `level`. The model's
   memory stays the caller's. NULL where memory or threads cannot be had, or the level is unknown. */
EXPORTED Network *network_open(const Model *model, int places, int threads, const char *level);
EXPORTED void network_close(Network *network);

/* Read `count` tokens: each belongs to a place and has a position in its text; those of one place
   come in order, and every earlier position of the text has been read.
   logits (as many as are wanted, vocabulary). All ids and positions are the caller's to check. */
EXPORTED void network_read(Network *network, int count, const int32_t *tokens, const int32_t *places,
                  const int32_t *positions, const uint8_t *wanted, float *logits);

#endif
