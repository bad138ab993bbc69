/* Vectors of floats in the compiler's own notation (GCC and Clang), LANES wide. */

#ifndef ARTREVIEW_VECTORS_H
#define ARTREVIEW_VECTORS_H

#include <stdint.h>
#include <string.h>

typedef float Floats __attribute__((vector_size(4 * LANES)));
typedef int32_t Integers __attribute__((vector_size(4 * LANES)));

typedef float Eight __attribute__((vector_size(32)));
typedef int32_t EightInts __attribute__((vector_size(32)));

#define INLINE static inline __attribute__((always_inline))

INLINE Floats load(const float *from) {
    Floats out;
    memcpy(&out, from, sizeof out);
    return out;
}

INLINE void store(float *to, Floats from) { memcpy(to, &from, sizeof from); }

INLINE Floats all(float value) { return (Floats){0} + value; }

INLINE Floats larger(Floats one, Floats other) {
    const Integers chosen = one > other;
    return (Floats)(((Integers)one & chosen) | ((Integers)other & ~chosen));
}

INLINE Floats size_of(Floats value) { return (Floats)((Integers)value & 0x7fffffff); }

INLINE float sum_of(Floats value) {
    float out = 0;
    for (int i = 0; i < LANES; i++) out += value[i];
    return out;
}

INLINE float largest_of(Floats value) {
    float out = value[0];
    for (int i = 1; i < LANES; i++) out = value[i] > out ? value[i] : out;
    return out;
}

/* Two 16-bit numbers side by side, as one. */
INLINE int32_t pair_at(const int16_t *from, int pair) {
    int32_t out;
    memcpy(&out, from + 2 * pair, sizeof out);
    return out;
}

/* To the nearest whole number, ties to even: what is below a unit falls off at 1.5 * 2^23. */
INLINE Floats nearest(Floats value) {
    const Floats magic = all(12582912.0f);
    return (value + magic) - magic;
}

/* e to the power of x, within 3 units in the last place for -87 <= x <= 87, and clamped to that.
   x = n ln 2 + r with |r| <= ln 2 / 2; e^r by its Taylor series; 2^n by the exponent's bits. */
INLINE Floats exponential(Floats x) {
    x = larger(-larger(-x, all(-87.0f)), all(-87.0f));
    const Floats n = nearest(x * 1.44269504f);
    const Floats r = (x - n * 0.693359375f) + n * 2.12194440e-4f; /* ln 2 in two parts */
    Floats e = all(1.0f / 720);
    e = e * r + 1.0f / 120;
    e = e * r + 1.0f / 24;
    e = e * r + 1.0f / 6;
    e = e * r + 0.5f;
    e = e * r + 1.0f;
    e = e * r + 1.0f;
    return (Floats)((Integers)e + (__builtin_convertvector(n, Integers) << 23));
}

#endif
