/* Products with AVX2, which multiplies unsigned by signed bytes and adds pairs in 16 bits. Nothing
   overflows them: 8 * 2 * 15 * 127 with 4 bits, 2 * 128 * 127 with 8. */

#include <immintrin.h>

typedef struct {
    __m256i low[2], high[2];
} Block4;
typedef struct {
    __m256i size[2], sign[2];
} Block8;
typedef __m256i Part; /* of a block: 16 sums in 16 bits with 4-bit weights, else 8 in 32 bits */
typedef __m256i Two, Four; /* so many blocks' sums, side by side in 32 bits */

enum { SURPLUS_4 = 8, SURPLUS_8 = 0 };

INLINE __m256i bytes_at(const void *from) { return _mm256_loadu_si256(from); }

INLINE Block4 unpack4(const uint8_t *block) {
    const __m256i half = _mm256_set1_epi8(15);
    Block4 out;
    for (int i = 0; i < 2; i++) {
        const __m256i both = bytes_at(block + 32 * i);
        out.low[i] = _mm256_and_si256(both, half);
        out.high[i] = _mm256_and_si256(_mm256_srli_epi16(both, 4), half);
    }
    return out;
}

INLINE Block8 unpack8(const uint8_t *block) {
    Block8 out;
    for (int i = 0; i < 2; i++) {
        out.sign[i] = _mm256_xor_si256(bytes_at(block + 32 * i), _mm256_set1_epi8(-128));
        out.size[i] = _mm256_abs_epi8(out.sign[i]);
    }
    return out;
}

INLINE Part part4(Block4 block, const int8_t *values) {
    const __m256i first = _mm256_add_epi16(_mm256_maddubs_epi16(block.low[0], bytes_at(values)),
                                           _mm256_maddubs_epi16(block.low[1], bytes_at(values + 32)));
    const __m256i second =
        _mm256_add_epi16(_mm256_maddubs_epi16(block.high[0], bytes_at(values + 64)),
                         _mm256_maddubs_epi16(block.high[1], bytes_at(values + 96)));
    return _mm256_add_epi16(first, second);
}

INLINE Part part8(Block8 block, const int8_t *values) {
    const __m256i ones = _mm256_set1_epi16(1);
    __m256i parts[2];
    for (int i = 0; i < 2; i++) {
        const __m256i turned = _mm256_sign_epi8(bytes_at(values + 32 * i), block.sign[i]);
        parts[i] = _mm256_madd_epi16(_mm256_maddubs_epi16(block.size[i], turned), ones);
    }
    return _mm256_add_epi32(parts[0], parts[1]);
}

/* (a a b b | a a b b) */
INLINE Two two4(Part a, Part b) {
    const __m256i sums =
        _mm256_add_epi16(_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
    return _mm256_madd_epi16(sums, _mm256_set1_epi16(1));
}

/* (a b c d | a b c d) */
INLINE Four four4(Two ab, Two cd) {
    const __m256 x = _mm256_castsi256_ps(ab), y = _mm256_castsi256_ps(cd);
    return _mm256_add_epi32(_mm256_castps_si256(_mm256_shuffle_ps(x, y, 0x88)),
                            _mm256_castps_si256(_mm256_shuffle_ps(x, y, 0xdd)));
}

/* (a b a b | a b a b) */
INLINE Two two8(Part a, Part b) {
    return _mm256_add_epi32(_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
}

/* (a b c d | a b c d) */
INLINE Four four8(Two ab, Two cd) {
    return _mm256_add_epi32(_mm256_unpacklo_epi64(ab, cd), _mm256_unpackhi_epi64(ab, cd));
}

INLINE EightInts eight(Four first, Four second) {
    return (EightInts)_mm256_add_epi32(_mm256_permute2x128_si256(first, second, 0x20),
                                       _mm256_permute2x128_si256(first, second, 0x31));
}

INLINE __m256i words_of(const float *x, float factor) {
    const __m256 by = _mm256_set1_ps(factor);
    const __m256i first = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x), by));
    const __m256i second = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x + 8), by));
    return _mm256_permute4x64_epi64(_mm256_packs_epi32(first, second), 0xd8);
}

/* 16 floats, times `factor`, to the nearest whole numbers. */
INLINE void sixteen_words(const float *x, float factor, int16_t *out) {
    _mm256_storeu_si256((__m256i *)out, words_of(x, factor));
}

INLINE void sixteen_bytes(const float *x, float factor, int8_t *out) {
    const __m256i words = words_of(x, factor);
    _mm_storeu_si128((__m128i *)out, _mm_packs_epi16(_mm256_castsi256_si128(words),
                                                     _mm256_extracti128_si256(words, 1)));
}

/* sums (blocks, 16): lane by lane, pairs of bytes times pairs of factors, `count` pairs of them.
   A row of 16 pairs is 32 bytes; rows and blocks lie as far apart as their strides say. */
INLINE void pair_sums(const int blocks, const int8_t *from, size_t block_stride, size_t row_stride,
                      int count, const int16_t *factors, int32_t *sums) {
    __m256i lanes[4][2];
    for (int b = 0; b < blocks; b++) lanes[b][0] = lanes[b][1] = _mm256_setzero_si256();
    for (int n = 0; n < count; n++) {
        const __m256i factor = _mm256_set1_epi32(pair_at(factors, n));
        for (int b = 0; b < blocks; b++) {
            const int8_t *row = from + (size_t)b * block_stride + (size_t)n * row_stride;
            for (int i = 0; i < 2; i++) {
                const __m128i bytes = _mm_loadu_si128((const __m128i *)(row + 16 * i));
                lanes[b][i] = _mm256_add_epi32(
                    lanes[b][i], _mm256_madd_epi16(_mm256_cvtepi8_epi16(bytes), factor));
            }
        }
    }
    for (int b = 0; b < blocks; b++)
        for (int i = 0; i < 2; i++)
            _mm256_storeu_si256((__m256i *)(sums + 16 * b + 8 * i), lanes[b][i]);
}
