/* Attention over a cache of bytes: whole numbers inside, one scale a position outside.

   Keys lie in groups of 16 positions, values in rows of one pair of positions, so that both are read
   in the order in which they lie, and both are pairs of bytes times pairs of 16-bit factors. */

enum { STREAMS = 4, VALUE_BLOCKS = 4, LANES_OF_PAIRS = 16, PAIR_ROW = 2 * LANES_OF_PAIRS };

static void remember(HeadCache *cache, int head_size, int position, const float *key,
                     const float *value) {
    int8_t bytes[LARGEST_HEAD];
    if (position % GROUP == 0) { /* attention reads whole groups: what is behind must be a number */
        memset(cache->key_scales + position, 0, GROUP * sizeof *cache->key_scales);
        memset(cache->value_scales + position, 0, GROUP * sizeof *cache->value_scales);
    }
    cache->key_scales[position] = to_bytes(key, head_size, head_size, bytes);
    int8_t *keys = cache->keys + (size_t)(position / GROUP) * (size_t)head_size * GROUP;
    for (int d = 0; d < head_size; d++)
        keys[d / 2 * PAIR_ROW + position % GROUP * 2 + d % 2] = bytes[d];
    cache->value_scales[position] = to_bytes(value, head_size, head_size, bytes);
    int8_t *values = cache->values + (size_t)(position / 2) * (size_t)head_size * 2;
    for (int d = 0; d < head_size; d++) values[2 * d + position % 2] = bytes[d];
}

INLINE void scale_group(const HeadCache *cache, int first, float scale, const int32_t *sums,
                        float *scores) {
    for (int i = 0; i < GROUP; i++)
        scores[first + i] = (float)sums[i] * (cache->key_scales[first + i] * scale);
}

/* scores (length, up to whole groups) = the query times every key. */
INLINE void match(const HeadCache *cache, const int head_size, int length, const float *query,
                  float *scores) {
    const float largest = largest_size(query, head_size);
    const float scale = largest / (32767 * sqrtf((float)head_size));
    const float inverse = largest > 0 ? 32767 / largest : 0;
    const size_t group_bytes = (size_t)head_size * GROUP;
    const int groups = (length + GROUP - 1) / GROUP;
    const int apart = groups / STREAMS; /* memory answers several streams faster than one */
    const size_t stride = (size_t)apart * group_bytes;
    int16_t words[LARGEST_HEAD];
    int32_t sums[STREAMS * GROUP];
    for (int d = 0; d < head_size; d += 16) sixteen_words(query + d, inverse, words + d);
    for (int g = 0; g < apart; g++) {
        const int8_t *keys = cache->keys + (size_t)g * group_bytes;
        pair_sums(STREAMS, keys, stride, PAIR_ROW, head_size / 2, words, sums);
        for (int b = 0; b < STREAMS; b++)
            scale_group(cache, (g + b * apart) * GROUP, scale, sums + b * GROUP, scores);
    }
    for (int g = STREAMS * apart; g < groups; g++) {
        const int8_t *keys = cache->keys + (size_t)g * group_bytes;
        pair_sums(1, keys, 0, PAIR_ROW, head_size / 2, words, sums);
        scale_group(cache, g * GROUP, scale, sums, scores);
    }
}

/* Scores (length) become e to their power, over that of the largest; zeros follow up to a whole
   group. Returns the sum. */
INLINE float exponentials(float *scores, int length) {
    const int whole = (length + GROUP - 1) / GROUP * GROUP;
    for (int t = length; t < whole; t++) scores[t] = -INFINITY;
    Floats most = all(-INFINITY), sum = all(0);
    for (int t = 0; t < whole; t += LANES) most = larger(most, load(scores + t));
    const float largest = largest_of(most);
    for (int t = 0; t < whole; t += LANES) {
        const Floats share = exponential(load(scores + t) - largest);
        store(scores + t, share);
        sum += share;
    }
    for (int t = length; t < whole; t++) scores[t] = 0;
    return sum_of(sum); /* what the zeros were before, e to the power of -87, is nothing beside it */
}

/* Shares become whole numbers: of 16 bits, or fewer where 127 times their sum would leave 32.
   Returns what one of them stands for. */
INLINE float to_factors(const HeadCache *cache, int length, float *scores, int16_t *factors) {
    const int whole = (length + GROUP - 1) / GROUP * GROUP;
    Floats most = all(0), sum = all(0);
    for (int t = 0; t < whole; t += LANES) {
        const Floats scaled = load(scores + t) * load(cache->value_scales + t);
        store(scores + t, scaled);
        most = larger(most, scaled);
        sum += scaled;
    }
    const float largest = largest_of(most);
    if (!(largest > 0)) { /* every value is zero */
        memset(factors, 0, (size_t)whole * sizeof *factors);
        return 0;
    }
    const float by_one = 32767 / largest, by_all = 1.6e7f / sum_of(sum);
    const float factor = by_one < by_all ? by_one : by_all;
    for (int t = 0; t < whole; t += GROUP) sixteen_words(scores + t, factor, factors + t);
    return 1 / factor;
}

/* out (head size) = the values, each by its factor, times `scale`. */
INLINE void mix(const HeadCache *cache, const int head_size, int length, const int16_t *factors,
                float scale, float *out) {
    const int pairs = (length + 1) / 2;
    const size_t row = (size_t)head_size * 2;
    int32_t sums[LARGEST_HEAD];
    int d = 0;
    for (; d + VALUE_BLOCKS * LANES_OF_PAIRS <= head_size; d += VALUE_BLOCKS * LANES_OF_PAIRS)
        pair_sums(VALUE_BLOCKS, cache->values + 2 * d, PAIR_ROW, row, pairs, factors, sums + d);
    for (; d < head_size; d += LANES_OF_PAIRS)
        pair_sums(1, cache->values + 2 * d, PAIR_ROW, row, pairs, factors, sums + d);
    for (int i = 0; i < head_size; i++) out[i] = (float)sums[i] * scale;
}

INLINE void attend_with(const HeadCache *cache, const int head_size, int length, const float *query,
                        float *scores, int16_t *factors, float *out) {
    match(cache, head_size, length, query, scores);
    const float sum = exponentials(scores, length);
    const float unit = to_factors(cache, length, scores, factors);
    mix(cache, head_size, length, factors, unit / sum, out);
}

static void attend(const HeadCache *cache, int head_size, int length, const float *query,
                   float *scores, int16_t *factors, float *out) {
    if (head_size == 64) /* every GPT-2 that was published: the compiler unrolls it */
        attend_with(cache, 64, length, query, scores, factors, out);
    else
        attend_with(cache, head_size, length, query, scores, factors, out);
}
