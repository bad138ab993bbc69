/* Products in plain C: for processors that the other headers do not know, and to test those. */

#include <math.h>

typedef struct {
    uint8_t even[64], odd[64];
} Block4;
typedef struct {
    int8_t all[64];
} Block8;
typedef int32_t Part; /* of a block: the sum */
typedef struct {
    int32_t of[2];
} Two; /* so many blocks' sums */
typedef struct {
    Two of[2];
} Four;

enum { SURPLUS_4 = 8, SURPLUS_8 = 0 };

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

INLINE Part part4(Block4 block, const int8_t *values) {
    int32_t sum = 0;
    for (int i = 0; i < 64; i++) sum += block.even[i] * values[i] + block.odd[i] * values[64 + i];
    return sum;
}

INLINE Part part8(Block8 block, const int8_t *values) {
    int32_t sum = 0;
    for (int i = 0; i < 64; i++) sum += block.all[i] * values[i];
    return sum;
}

INLINE Two two4(Part a, Part b) { return (Two){{a, b}}; }

INLINE Four four4(Two ab, Two cd) { return (Four){{ab, cd}}; }

INLINE Two two8(Part a, Part b) { return two4(a, b); }

INLINE Four four8(Two ab, Two cd) { return four4(ab, cd); }

INLINE EightInts eight(Four first, Four second) {
    const Four halves[2] = {first, second};
    EightInts out;
    memcpy(&out, halves, sizeof out);
    return out;
}

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
