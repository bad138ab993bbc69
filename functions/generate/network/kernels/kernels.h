/* The arithmetic of one layer, compiled once for each kind of processor (see build.py). */

#ifndef ARTREVIEW_KERNELS_H
#define ARTREVIEW_KERNELS_H

#include "model.h"

enum {
    ROWS_AT_ONCE = 32, /* tokens that are read in one pass */
    CHUNK = 256, /* the most outputs of a matrix that a thread takes at a time */
    TILE_ROWS = 4,
    LANES_OF_TILE = 2 * TILE_ROWS,
    GROUP = 16, /* positions whose keys lie together */
    LARGEST_HEAD = 256
};

/* Rows of activations in 8 bits, one scale a block of the matrix that they will meet. Four rows make
   a tile, whose blocks lie beside each other. */
typedef struct {
    int8_t *values; /* (tiles, blocks, 4, weights in a block); for 4 bits, even places before odd ones */
    int32_t *starts; /* (tiles, blocks, 8): what the dot products of unsigned weights begin with, for
                        each row, twice */
    float *scales; /* (tiles, blocks, 8): the same order */
} Activations;

/* Keys and values of one head in one text, in 8 bits with a scale for each position. */
typedef struct {
    int8_t *keys; /* (context / GROUP, head size / 2, GROUP, 2) */
    int8_t *values; /* (context / 2, head size, 2) */
    float *key_scales, *value_scales; /* (context) each */
} HeadCache;

typedef struct {
    const char *name;

    /* out (width) = the layer norm of x (width) */
    void (*normalise)(const float *x, const Norm *norm, int width, float *out);

    /* Put x (inputs) into 8 bits, as row `row`, for a matrix of `bits`. */
    void (*quantise)(const float *x, int inputs, int bits, int row, Activations *out);

    /* out (rows, CHUNK) = the outputs begin..end of the matrix for each row, without the bias */
    void (*multiply)(const Matrix *matrix, const Activations *in, int rows, int begin, int end,
                     float *out);

    /* x (count, a multiple of 16) becomes its GELU, by the tanh form that GPT-2 was trained with */
    void (*gelu)(float *x, int count);

    /* out (inputs) = row `row` of the matrix */
    void (*look_up)(const Matrix *matrix, int row, float *out);

    /* Keep a key and a value (head size each) as those of `position`. */
    void (*remember)(HeadCache *cache, int head_size, int position, const float *key,
                     const float *value);

    /* out (head size) = attention of a query (head size) over positions 0..length-1.
       `scores` and `factors` have room for the context and two groups. */
    void (*attend)(const HeadCache *cache, int head_size, int length, const float *query,
                   float *scores, int16_t *factors, float *out);
} Kernels;

#endif
