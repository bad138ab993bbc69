/* A matrix times rows of activations, a block of 64 bytes at a time. */

enum {
    TILE = 4, /* outputs in hand at once for a single row: as many streams from memory */
    MOST_ROWS = 4, /* rows that share a block once it is unpacked */
    AHEAD = 4096 /* bytes: the processor's own prefetching ends with each page */
};

/* Where a stretch of a matrix lies. */
typedef struct {
    const uint8_t *blocks;
    const float *scales;
    int count; /* blocks in a row */
} Stretch;

/* One row times TILE outputs. Bits are a constant where it is called: each gets its own code. */
INLINE void one_row(const int bits, const Stretch in, const Activations row, float *out) {
    const size_t values = (size_t)weights_in_block(bits);
    Sums sums[TILE];
    for (int n = 0; n < TILE; n++) sums[n] = no_sums();
    for (int b = 0; b < in.count; b++)
        for (int n = 0; n < TILE; n++) {
            const int place = n * in.count + b;
            const uint8_t *block = in.blocks + (size_t)place * BLOCK_BYTES;
            __builtin_prefetch(block + AHEAD);
            const int8_t *with = row.values + (size_t)b * values;
            const int32_t *start = row.starts + (size_t)b * LANES_OF_STARTS;
            const Dots dots = bits == 4 ? dot4(unpack4(block), with, start)
                                        : dot8(unpack8(block), with, start);
            sums[n] = add_scaled(sums[n], dots, in.scales[place], row.scales[b]);
        }
    for (int n = 0; n < TILE; n++) out[n] = total(sums[n]);
}

/* MOST_ROWS rows times one output: each block is unpacked once. */
INLINE void many_rows(const int bits, const Stretch in, const Activations rows, float *out) {
    const size_t values = (size_t)weights_in_block(bits);
    Sums sums[MOST_ROWS];
    for (int r = 0; r < MOST_ROWS; r++) sums[r] = no_sums();
    for (int b = 0; b < in.count; b++) {
        const uint8_t *block = in.blocks + (size_t)b * BLOCK_BYTES;
        __builtin_prefetch(block + AHEAD);
        const Block4 four = bits == 4 ? unpack4(block) : (Block4){0};
        const Block8 eight = bits == 8 ? unpack8(block) : (Block8){0};
        for (int r = 0; r < MOST_ROWS; r++) {
            const size_t place = (size_t)r * (size_t)in.count + (size_t)b;
            const int8_t *with = rows.values + place * values;
            const int32_t *start = rows.starts + place * LANES_OF_STARTS;
            const Dots dots = bits == 4 ? dot4(four, with, start) : dot8(eight, with, start);
            sums[r] = add_scaled(sums[r], dots, in.scales[b], rows.scales[place]);
        }
    }
    for (int r = 0; r < MOST_ROWS; r++) out[r * CHUNK] = total(sums[r]);
}

INLINE Activations from_row(const Activations *in, int row, int blocks, int bits) {
    const size_t place = (size_t)row * (size_t)blocks;
    return (Activations){in->values + place * (size_t)weights_in_block(bits),
                         in->starts + place * LANES_OF_STARTS, in->scales + place};
}

INLINE Stretch from_output(const Matrix *matrix, int output, int blocks) {
    const size_t place = (size_t)output * (size_t)blocks;
    return (Stretch){matrix->blocks + place * BLOCK_BYTES, matrix->scales + place, blocks};
}

INLINE void multiply_in(const int bits, const Matrix *matrix, const Activations *in, int rows,
                        int begin, int end, float *out) {
    const int blocks = blocks_in_row(matrix->inputs, bits);
    int row = 0;
    for (; row + MOST_ROWS <= rows; row += MOST_ROWS)
        for (int n = begin; n < end; n++)
            many_rows(bits, from_output(matrix, n, blocks), from_row(in, row, blocks, bits),
                      out + row * CHUNK + n - begin);
    for (; row < rows; row++)
        for (int n = begin; n < end; n += TILE) {
            const int first = n + TILE > end ? end - TILE : n; /* the last tile may overlap */
            one_row(bits, from_output(matrix, first, blocks), from_row(in, row, blocks, bits),
                    out + row * CHUNK + first - begin);
        }
}

static void multiply(const Matrix *matrix, const Activations *in, int rows, int begin, int end,
                     float *out) {
    if (matrix->bits == 4)
        multiply_in(4, matrix, in, rows, begin, end, out);
    else
        multiply_in(8, matrix, in, rows, begin, end, out);
}
