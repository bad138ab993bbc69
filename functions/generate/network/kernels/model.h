/* A GPT-2 as the kernels see it: pointers into the mapped weights, and the cache of what was read.

   Every matrix is stored in blocks of 64 bytes, a cache line: 128 weights of 4 bits or 64 weights of
   8 bits, with one scale. It is the layout of onnxruntime's MatMulNBits, so that one file serves both:
   (outputs, blocks, 64) bytes, (outputs, blocks) scales; of two weights in a byte the earlier is in the
   low half; weight = (stored - 8 or 128) * scale. */

#ifndef ARTREVIEW_MODEL_H
#define ARTREVIEW_MODEL_H

#include <stddef.h>
#include <stdint.h>

enum { BLOCK_BYTES = 64 };

typedef struct {
    const uint8_t *blocks;
    const float *scales;
    const float *bias; /* (outputs), or NULL */
    int32_t inputs, outputs, bits;
} Matrix;

typedef struct {
    const float *weight, *bias; /* (width) each */
} Norm;

typedef struct {
    Norm norm_1;
    Matrix attention_in; /* width -> 3 width: queries, keys, values */
    Matrix attention_out;
    Norm norm_2;
    Matrix mlp_in; /* width -> 4 width */
    Matrix mlp_out;
} Layer;

typedef struct {
    int32_t layers, heads, width, context, vocabulary;
    Matrix embedding; /* vocabulary rows of width; the output head reads the same rows */
    const float *positions; /* (context, width) */
    Norm norm;
    const Layer *layer;
} Model;

static inline int weights_in_block(int bits) { return BLOCK_BYTES * 8 / bits; }

static inline int blocks_in_row(int inputs, int bits) {
    return (inputs + weights_in_block(bits) - 1) / weights_in_block(bits);
}

#endif
