/* Products with AVX-512 VNNI: a block is one register, 16 sums run side by side. */

#include <immintrin.h>

typedef struct {
    __m512i low, high;
} Block4;
typedef __m512i Block8;
typedef __m512i Part; /* of a block: 16 sums */
typedef __m512i Two, Four; /* so many blocks' sums, side by side */

enum { SURPLUS_4 = 8, SURPLUS_8 = 128 };

INLINE Block4 unpack4(const uint8_t *block) {
    const __m512i half = _mm512_set1_epi8(15);
    const __m512i both = _mm512_loadu_si512(block);
    return (Block4){_mm512_and_si512(both, half), _mm512_and_si512(_mm512_srli_epi16(both, 4), half)};
}

INLINE Block8 unpack8(const uint8_t *block) { return _mm512_loadu_si512(block); }

INLINE Part part4(Block4 block, const int8_t *values) {
    const __m512i low =
        _mm512_dpbusd_epi32(_mm512_setzero_si512(), block.low, _mm512_loadu_si512(values));
    return _mm512_dpbusd_epi32(low, block.high, _mm512_loadu_si512(values + 64));
}

INLINE Part part8(Block8 block, const int8_t *values) {
    return _mm512_dpbusd_epi32(_mm512_setzero_si512(), block, _mm512_loadu_si512(values));
}

/* (a b a b), four times */
INLINE Two two4(Part a, Part b) {
    return _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
}

/* (a b c d), four times */
INLINE Four four4(Two ab, Two cd) {
    return _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
}

INLINE Two two8(Part a, Part b) { return two4(a, b); }

INLINE Four four8(Two ab, Two cd) { return four4(ab, cd); }

INLINE EightInts eight(Four first, Four second) {
    const __m512i half = _mm512_add_epi32(_mm512_shuffle_i32x4(first, second, 0x44),
                                          _mm512_shuffle_i32x4(first, second, 0xee));
    const __m512i whole = _mm512_add_epi32(_mm512_shuffle_i32x4(half, half, 0x88),
                                           _mm512_shuffle_i32x4(half, half, 0xdd));
    return (EightInts)_mm512_castsi512_si256(whole);
}

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
