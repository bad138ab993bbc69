/* Products with AVX-512 VNNI: a block is one register, 16 sums run side by side. */

#include <immintrin.h>

typedef struct {
    __m512i low, high;
} Block4;
typedef __m512i Block8;
typedef __m512i Dots;
typedef __m512 Sums;

INLINE Block4 unpack4(const uint8_t *block) {
    const __m512i half = _mm512_set1_epi8(15);
    const __m512i both = _mm512_loadu_si512(block);
    return (Block4){_mm512_and_si512(both, half), _mm512_and_si512(_mm512_srli_epi16(both, 4), half)};
}

INLINE Block8 unpack8(const uint8_t *block) { return _mm512_loadu_si512(block); }

INLINE Dots dot4(Block4 block, const int8_t *values, const int32_t *start) {
    Dots dots = _mm512_loadu_si512(start);
    dots = _mm512_dpbusd_epi32(dots, block.low, _mm512_loadu_si512(values));
    return _mm512_dpbusd_epi32(dots, block.high, _mm512_loadu_si512(values + 64));
}

INLINE Dots dot8(Block8 block, const int8_t *values, const int32_t *start) {
    return _mm512_dpbusd_epi32(_mm512_loadu_si512(start), block, _mm512_loadu_si512(values));
}

INLINE Sums no_sums(void) { return _mm512_setzero_ps(); }

INLINE Sums add_scaled(Sums sums, Dots dots, float weights, float values) {
    const __m512 scale = _mm512_mul_ps(_mm512_set1_ps(weights), _mm512_set1_ps(values));
    return _mm512_fmadd_ps(_mm512_cvtepi32_ps(dots), scale, sums);
}

INLINE float total(Sums sums) { return _mm512_reduce_add_ps(sums); }

/* 16 floats, times `factor`, to the nearest whole numbers. */
INLINE void sixteen_words(const float *x, float factor, int16_t *out) {
    const __m512 scaled = _mm512_mul_ps(_mm512_loadu_ps(x), _mm512_set1_ps(factor));
    _mm256_storeu_si256((__m256i *)out, _mm512_cvtsepi32_epi16(_mm512_cvtps_epi32(scaled)));
}

INLINE void sixteen_bytes(const float *x, float factor, int8_t *out) {
    const __m512 scaled = _mm512_mul_ps(_mm512_loadu_ps(x), _mm512_set1_ps(factor));
    _mm_storeu_si128((__m128i *)out, _mm512_cvtsepi32_epi8(_mm512_cvtps_epi32(scaled)));
}

/* sums (blocks, 16): lane by lane, pairs of bytes times pairs of factors, `count` pairs of them.
   A row of 16 pairs is 32 bytes; rows and blocks lie as far apart as their strides say. */
INLINE void pair_sums(const int blocks, const int8_t *from, size_t block_stride, size_t row_stride,
                      int count, const int16_t *factors, int32_t *sums) {
    __m512i lanes[4];
    for (int b = 0; b < blocks; b++) lanes[b] = _mm512_setzero_si512();
    for (int n = 0; n < count; n++) {
        const __m512i factor = _mm512_set1_epi32(pair_at(factors, n));
        for (int b = 0; b < blocks; b++) {
            const int8_t *row = from + (size_t)b * block_stride + (size_t)n * row_stride;
            const __m256i bytes = _mm256_loadu_si256((const __m256i *)row);
            lanes[b] = _mm512_dpwssd_epi32(lanes[b], _mm512_cvtepi8_epi16(bytes), factor);
        }
    }
    for (int b = 0; b < blocks; b++) _mm512_storeu_si512(sums + 16 * b, lanes[b]);
}
