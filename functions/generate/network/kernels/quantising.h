/* Activations become bytes, so that they can be multiplied with the weights as bytes. */

INLINE float largest_size(const float *x, int count) {
    Floats most = all(0);
    for (int i = 0; i < count; i += LANES) most = larger(most, size_of(load(x + i)));
    return largest_of(most);
}

/* Round `count` floats (a multiple of 16) to -127..127, zeros behind them up to `room`; return the
   scale. */
INLINE float to_bytes(const float *x, int count, int room, int8_t *out) {
    const float largest = largest_size(x, count);
    const float inverse = largest > 0 ? 127 / largest : 0;
    for (int i = 0; i < count; i += 16) sixteen_bytes(x + i, inverse, out + i);
    memset(out + count, 0, (size_t)(room - count));
    return largest / 127;
}

/* Weights of 4 bits lie two in a byte: the values that meet the low halves come first. */
INLINE void part_even_and_odd(const int8_t *bytes, int8_t *out) {
    for (int i = 0; i < 64; i++) {
        out[i] = bytes[2 * i];
        out[64 + i] = bytes[2 * i + 1];
    }
}

/* Stored weights are more than they count, by a surplus: what that adds is taken off beforehand. */
INLINE int32_t start_for(int surplus, const int8_t *values, int count) {
    int32_t sum = 0;
    for (int i = 0; i < count; i++) sum += values[i];
    return -surplus * sum;
}

static void quantise(const float *x, int inputs, int bits, int row, Activations *out) {
    const int in_block = weights_in_block(bits), blocks = blocks_in_row(inputs, bits);
    int8_t bytes[128];
    for (int b = 0; b < blocks; b++) {
        const size_t block = (size_t)(row / TILE_ROWS) * (size_t)blocks + (size_t)b;
        const size_t lane = (size_t)(row % TILE_ROWS);
        const int from = b * in_block;
        const int count = inputs - from < in_block ? inputs - from : in_block;
        int8_t *values = out->values + (block * TILE_ROWS + lane) * (size_t)in_block;
        int32_t *starts = out->starts + block * LANES_OF_TILE + lane;
        float *scales = out->scales + block * LANES_OF_TILE + lane;
        scales[0] = to_bytes(x + from, count, in_block, bits == 4 ? bytes : values);
        if (bits == 4) part_even_and_odd(bytes, values);
        starts[0] = start_for(bits == 4 ? SURPLUS_4 : SURPLUS_8, values, in_block);
        scales[TILE_ROWS] = scales[0];
        starts[TILE_ROWS] = starts[0];
    }
}
