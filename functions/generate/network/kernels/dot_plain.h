/* Products in plain C: for processors that the other headers do not know, and to test those. */

#include <math.h>

typedef struct {
    uint8_t even[64], odd[64];
} Block4;
typedef struct {
    int8_t all[64];
} Block8;
typedef int32_t Dots;
typedef float Sums;

INLINE Block4 unpack4(const uint8_t *block) {
    Block4 out;
    for (int i = 0; i < 64; i++) {
        out.even[i] = block[i] & 15;
        out.odd[i] = block[i] >> 4;
    }
    return out;
}

INLINE Block8 unpack8(const uint8_t *block) {
    Block8 out;
    for (int i = 0; i < 64; i++) out.all[i] = (int8_t)(block[i] - 128);
    return out;
}

INLINE Dots dot4(Block4 block, const int8_t *values, const int32_t *start) {
    Dots dots = start[0];
    for (int i = 0; i < 64; i++) dots += block.even[i] * values[i] + block.odd[i] * values[64 + i];
    return dots;
}

INLINE Dots dot8(Block8 block, const int8_t *values, const int32_t *start) {
    Dots dots = 0;
    (void)start; /* the weights are signed here */
    for (int i = 0; i < 64; i++) dots += block.all[i] * values[i];
    return dots;
}

INLINE Sums no_sums(void) { return 0; }

INLINE Sums add_scaled(Sums sums, Dots dots, float weights, float values) {
    return sums + (float)dots * (weights * values);
}

INLINE float total(Sums sums) { return sums; }

/* 16 floats, times `factor`, to the nearest whole numbers. */
INLINE void sixteen_words(const float *x, float factor, int16_t *out) {
    for (int i = 0; i < 16; i++) out[i] = (int16_t)lrintf(x[i] * factor);
}

INLINE void sixteen_bytes(const float *x, float factor, int8_t *out) {
    for (int i = 0; i < 16; i++) out[i] = (int8_t)lrintf(x[i] * factor);
}

/* sums (blocks, 16): lane by lane, pairs of bytes times pairs of factors, `count` pairs of them.
   A row of 16 pairs is 32 bytes; rows and blocks lie as far apart as their strides say. */
INLINE void pair_sums(const int blocks, const int8_t *from, size_t block_stride, size_t row_stride,
                      int count, const int16_t *factors, int32_t *sums) {
    memset(sums, 0, (size_t)blocks * 16 * sizeof *sums);
    for (int n = 0; n < count; n++) {
        const int first = factors[2 * n], second = factors[2 * n + 1];
        for (int b = 0; b < blocks; b++) {
            const int8_t *row = from + (size_t)b * block_stride + (size_t)n * row_stride;
            for (int i = 0; i < 16; i++)
                sums[16 * b + i] += row[2 * i] * first + row[2 * i + 1] * second;
        }
    }
}
