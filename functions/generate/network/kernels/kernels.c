/* The arithmetic, for one kind of processor: the build names it in LEVEL, LANES and DOT_HEADER. */

#include "kernels.h"

#include <math.h>

#include "vectors.h"

#include DOT_HEADER
#include "quantising.h"
#include "multiplying.h"
#include "attending.h"

static const float EPSILON = 1e-5f; /* of GPT-2's layer norm */

static void normalise(const float *x, const Norm *norm, int width, float *out) {
    Floats sum = all(0), squares = all(0);
    for (int i = 0; i < width; i += LANES) sum += load(x + i);
    const float mean = sum_of(sum) / (float)width;
    for (int i = 0; i < width; i += LANES) {
        const Floats off = load(x + i) - mean;
        squares += off * off;
    }
    const float scale = 1 / sqrtf(sum_of(squares) / (float)width + EPSILON);
    for (int i = 0; i < width; i += LANES)
        store(out + i, (load(x + i) - mean) * scale * load(norm->weight + i) + load(norm->bias + i));
}

static void gelu(float *x, int count) {
    for (int i = 0; i < count; i += LANES) {
        const Floats v = load(x + i);
        const Floats twice = (v + v * v * v * 0.044715f) * 1.5957691216f; /* 2 sqrt(2 / pi) */
        store(x + i, v / (exponential(-twice) + 1.0f));
    }
}

static void look_up(const Matrix *matrix, int row, float *out) {
    const int bits = matrix->bits, blocks = blocks_in_row(matrix->inputs, bits);
    const int in_block = weights_in_block(bits);
    const uint8_t *stored = matrix->blocks + (size_t)row * (size_t)blocks * BLOCK_BYTES;
    for (int i = 0; i < matrix->inputs; i++) {
        const float scale = matrix->scales[(size_t)row * (size_t)blocks + (size_t)(i / in_block)];
        const int weight =
            bits == 8 ? stored[i] - 128 : ((stored[i / 2] >> (i % 2 ? 4 : 0)) & 15) - 8;
        out[i] = (float)weight * scale;
    }
}

#define JOINED(first, second) first##second
#define NAMED(prefix, level) JOINED(prefix, level)
#define QUOTED(text) #text
#define TEXT_OF(text) QUOTED(text)

extern const Kernels NAMED(kernels_, LEVEL);
const Kernels NAMED(kernels_, LEVEL) = {
    TEXT_OF(LEVEL), normalise, quantise, multiply, gelu, look_up, remember, attend,
};
