/* Products with Arm's SDOT (Armv8.2: Graviton 2 and later, every Apple M). */

#include <arm_neon.h>

typedef struct {
    int8x16_t low[4], high[4];
} Block4;
typedef struct {
    int8x16_t part[4];
} Block8;
typedef int32x4_t Part; /* of a block: 4 sums */
typedef int32x4_t Two, Four; /* so many blocks' sums, side by side */

enum { SURPLUS_4 = 8, SURPLUS_8 = 0 };

INLINE Block4 unpack4(const uint8_t *block) {
    Block4 out;
    for (int i = 0; i < 4; i++) {
        const uint8x16_t both = vld1q_u8(block + 16 * i);
        out.low[i] = vreinterpretq_s8_u8(vandq_u8(both, vdupq_n_u8(15)));
        out.high[i] = vreinterpretq_s8_u8(vshrq_n_u8(both, 4));
    }
    return out;
}

INLINE Block8 unpack8(const uint8_t *block) {
    Block8 out;
    for (int i = 0; i < 4; i++)
        out.part[i] = vreinterpretq_s8_u8(veorq_u8(vld1q_u8(block + 16 * i), vdupq_n_u8(128)));
    return out;
}

INLINE Part part4(Block4 block, const int8_t *values) {
    int32x4_t even = vdupq_n_s32(0), odd = vdupq_n_s32(0);
    for (int i = 0; i < 4; i++) {
        even = vdotq_s32(even, block.low[i], vld1q_s8(values + 16 * i));
        odd = vdotq_s32(odd, block.high[i], vld1q_s8(values + 64 + 16 * i));
    }
    return vaddq_s32(even, odd);
}

INLINE Part part8(Block8 block, const int8_t *values) {
    int32x4_t first = vdupq_n_s32(0), second = vdupq_n_s32(0);
    for (int i = 0; i < 4; i += 2) {
        first = vdotq_s32(first, block.part[i], vld1q_s8(values + 16 * i));
        second = vdotq_s32(second, block.part[i + 1], vld1q_s8(values + 16 * i + 16));
    }
    return vaddq_s32(first, second);
}

INLINE Two two4(Part a, Part b) { return vpaddq_s32(a, b); } /* (a a b b) */

INLINE Four four4(Two ab, Two cd) { return vpaddq_s32(ab, cd); } /* (a b c d) */

INLINE Two two8(Part a, Part b) { return two4(a, b); }

INLINE Four four8(Two ab, Two cd) { return four4(ab, cd); }

INLINE EightInts eight(Four first, Four second) {
    const int32x4_t halves[2] = {first, second};
    EightInts out;
    memcpy(&out, halves, sizeof out);
    return out;
}

/* 16 floats, times `factor`, to the nearest whole numbers. */
INLINE void sixteen_words(const float *x, float factor, int16_t *out) {
    for (int i = 0; i < 16; i += 4)
        vst1_s16(out + i, vqmovn_s32(vcvtnq_s32_f32(vmulq_n_f32(vld1q_f32(x + i), factor))));
}

INLINE void sixteen_bytes(const float *x, float factor, int8_t *out) {
    int16_t words[16];
    sixteen_words(x, factor, words);
    vst1_s8(out, vqmovn_s16(vld1q_s16(words)));
    vst1_s8(out + 8, vqmovn_s16(vld1q_s16(words + 8)));
}

/* sums (blocks, 16): lane by lane, pairs of bytes times pairs of factors, `count` pairs of them.
   A row of 16 pairs is 32 bytes; rows and blocks lie as far apart as their strides say. */
INLINE void pair_sums(const int blocks, const int8_t *from, size_t block_stride, size_t row_stride,
                      int count, const int16_t *factors, int32_t *sums) {
    int32x4_t lanes[4][4];
    for (int b = 0; b < blocks; b++)
        for (int i = 0; i < 4; i++) lanes[b][i] = vdupq_n_s32(0);
    for (int n = 0; n < count; n++) {
        const int16_t *factor = factors + 2 * n;
        for (int b = 0; b < blocks; b++) {
            const int8x16x2_t row =
                vld2q_s8(from + (size_t)b * block_stride + (size_t)n * row_stride);
            for (int k = 0; k < 2; k++) {
                const int16x8_t low = vmovl_s8(vget_low_s8(row.val[k]));
                const int16x8_t high = vmovl_s8(vget_high_s8(row.val[k]));
                lanes[b][0] = vmlal_n_s16(lanes[b][0], vget_low_s16(low), factor[k]);
                lanes[b][1] = vmlal_n_s16(lanes[b][1], vget_high_s16(low), factor[k]);
                lanes[b][2] = vmlal_n_s16(lanes[b][2], vget_low_s16(high), factor[k]);
                lanes[b][3] = vmlal_n_s16(lanes[b][3], vget_high_s16(high), factor[k]);
            }
        }
    }
    for (int b = 0; b < blocks; b++)
        for (int i = 0; i < 4; i++) vst1q_s32(sums + 16 * b + 4 * i, lanes[b][i]);
}
