/* A matrix times rows of activations, a block of 64 bytes at a time.

   A block's dot product is a whole number, the same in whatever order it is summed up. Eight of them
   lie side by side and are scaled and added up in floats: those of even blocks, those of odd blocks,
   at last the two. So an output does not depend on which rows and outputs are computed beside it.

   The outputs in hand lie apart in the matrix: memory answers several streams faster than one. */

enum {
    LONE_OUTPUTS = 4, /* outputs in hand for a single row */
    TILE_OUTPUTS = 2, /* and for a tile of rows; four would not fit into the registers */
    AHEAD = 256 /* bytes: where a stream comes into the next page, the processor must be told */
};

/* Where a stretch of a matrix lies. */
typedef struct {
    const uint8_t *blocks;
    const float *scales;
    int count; /* blocks in a row */
    int apart; /* outputs between one in hand and the next; 0: the same one, several times */
} Stretch;

/* Activations from one row on. */
typedef struct {
    const int8_t *values;
    const int32_t *starts;
    const float *scales;
} Rows;

/* Four times one, four times the other. */
#define EIGHT(one, other) ((Eight){one, one, one, one, other, other, other, other})
#define INTS(one, other) ((EightInts){one, one, one, one, other, other, other, other})

INLINE Eight scaled(EightInts dots, Eight weights, Eight values) {
    return __builtin_convertvector(dots, Eight) * (weights * values);
}

/* Block b of the output `number` in hand. */
INLINE int place_of(const Stretch *in, int number, int b) {
    return number * in->apart * in->count + b;
}

/* The scales of block b in the four outputs in hand, and of the block behind it. */
INLINE Eight scales_of_two(const Stretch *in, int b) {
    const float *from[LONE_OUTPUTS];
    for (int n = 0; n < LONE_OUTPUTS; n++) from[n] = in->scales + place_of(in, n, b);
    return (Eight){from[0][0], from[1][0], from[2][0], from[3][0],
                   from[0][1], from[1][1], from[2][1], from[3][1]};
}

/* The same where no block is behind it. */
INLINE Eight scales_of_one(const Stretch *in, int b) {
    Eight out = {0};
    for (int n = 0; n < LONE_OUTPUTS; n++) out[n] = in->scales[place_of(in, n, b)];
    return out;
}

INLINE const uint8_t *block_at(const Stretch *in, int place) {
    const uint8_t *block = in->blocks + (size_t)place * BLOCK_BYTES;
    __builtin_prefetch(block + AHEAD);
    return block;
}

/* One row times a block of each output in hand. Bits are a constant where it is called, here and
   below: each gets its own code. */
INLINE Four four_outputs(const int bits, const Stretch *in, int b, const int8_t *with) {
    Two pairs[2];
    for (int i = 0; i < 2; i++) {
        const uint8_t *one = block_at(in, place_of(in, 2 * i, b));
        const uint8_t *other = block_at(in, place_of(in, 2 * i + 1, b));
        pairs[i] = bits == 4 ? two4(part4(unpack4(one), with), part4(unpack4(other), with))
                             : two8(part8(unpack8(one), with), part8(unpack8(other), with));
    }
    return bits == 4 ? four4(pairs[0], pairs[1]) : four8(pairs[0], pairs[1]);
}

/* Four rows times one block, which is unpacked once. */
INLINE Four four_rows(const int bits, const uint8_t *block, const int8_t *with) {
    const int values = weights_in_block(bits);
    const Block4 four = bits == 4 ? unpack4(block) : (Block4){0};
    const Block8 eight = bits == 8 ? unpack8(block) : (Block8){0};
    Two pairs[2];
    for (int i = 0; i < 2; i++) {
        const int8_t *one = with + 2 * i * values, *other = one + values;
        pairs[i] = bits == 4 ? two4(part4(four, one), part4(four, other))
                             : two8(part8(eight, one), part8(eight, other));
    }
    return bits == 4 ? four4(pairs[0], pairs[1]) : four8(pairs[0], pairs[1]);
}

/* One row times LONE_OUTPUTS, two blocks at a time. */
INLINE void multiply_row(const int bits, const Stretch in, const Rows row, float *out) {
    const int values = weights_in_block(bits) * TILE_ROWS;
    Eight sums = {0};
    for (int b = 0; b < in.count; b += 2) {
        const int has_odd = b + 1 < in.count, odd = b + has_odd;
        const int8_t *even_values = row.values + (size_t)(b * values);
        const int8_t *odd_values = row.values + (size_t)(odd * values);
        const EightInts dots = eight(four_outputs(bits, &in, b, even_values),
                                     four_outputs(bits, &in, odd, odd_values));
        const Eight weights = has_odd ? scales_of_two(&in, b) : scales_of_one(&in, b);
        const int32_t even_start = row.starts[b * LANES_OF_TILE];
        const int32_t odd_start = row.starts[odd * LANES_OF_TILE];
        const float even_scale = row.scales[b * LANES_OF_TILE];
        const float odd_scale = row.scales[odd * LANES_OF_TILE];
        sums += scaled(dots + INTS(even_start, odd_start), weights, EIGHT(even_scale, odd_scale));
    }
    for (int n = 0; n < LONE_OUTPUTS; n++) out[n * in.apart] = sums[n] + sums[n + LONE_OUTPUTS];
}

/* A tile of rows times TILE_OUTPUTS. */
INLINE void multiply_tile(const int bits, const Stretch in, const Rows tile, float *out) {
    Eight sums[2] = {0};
    for (int b = 0; b < in.count; b++) {
        const int8_t *with = tile.values + (size_t)(b * weights_in_block(bits) * TILE_ROWS);
        const int here = place_of(&in, 0, b), there = place_of(&in, 1, b);
        const EightInts dots = eight(four_rows(bits, block_at(&in, here), with),
                                     four_rows(bits, block_at(&in, there), with));
        const float one = in.scales[here], other = in.scales[there];
        EightInts starts;
        Eight scales;
        memcpy(&starts, tile.starts + b * LANES_OF_TILE, sizeof starts);
        memcpy(&scales, tile.scales + b * LANES_OF_TILE, sizeof scales);
        sums[b % 2] += scaled(dots + starts, EIGHT(one, other), scales);
    }
    const Eight both = sums[0] + sums[1];
    for (int n = 0; n < TILE_OUTPUTS; n++)
        for (int r = 0; r < TILE_ROWS; r++) out[r * CHUNK + n * in.apart] = both[n * TILE_ROWS + r];
}

INLINE Rows from_row(const Activations *in, int row, int blocks, int bits) {
    const size_t block = (size_t)(row / TILE_ROWS) * (size_t)blocks, lane = (size_t)(row % TILE_ROWS);
    return (Rows){in->values + (block * TILE_ROWS + lane) * (size_t)weights_in_block(bits),
                  in->starts + block * LANES_OF_TILE + lane,
                  in->scales + block * LANES_OF_TILE + lane};
}

INLINE Stretch from_output(const Matrix *matrix, int output, int blocks, int apart) {
    const size_t place = (size_t)output * (size_t)blocks;
    return (Stretch){matrix->blocks + place * BLOCK_BYTES, matrix->scales + place, blocks, apart};
}

INLINE void multiply_in_hand(const int bits, const Stretch from, const Rows with, int is_tile,
                             float *out) {
    if (is_tile)
        multiply_tile(bits, from, with, out);
    else
        multiply_row(bits, from, with, out);
}

INLINE void multiply_in(const int bits, const Matrix *matrix, const Activations *in, int rows,
                        int begin, int end, float *out) {
    const int blocks = blocks_in_row(matrix->inputs, bits);
    for (int row = 0; row < rows;) {
        const int is_tile = row + TILE_ROWS <= rows;
        const int in_hand = is_tile ? TILE_OUTPUTS : LONE_OUTPUTS;
        const int apart = (end - begin) / in_hand;
        const Rows with = from_row(in, row, blocks, bits);
        float *to = out + row * CHUNK - begin;
        for (int n = begin; n < begin + apart; n++)
            multiply_in_hand(bits, from_output(matrix, n, blocks, apart), with, is_tile, to + n);
        for (int n = begin + in_hand * apart; n < end; n++) /* the few that are left over */
            multiply_in_hand(bits, from_output(matrix, n, blocks, 0), with, is_tile, to + n);
        row += is_tile ? TILE_ROWS : 1;
    }
}

static void multiply(const Matrix *matrix, const Activations *in, int rows, int begin, int end,
                     float *out) {
    if (matrix->bits == 4)
        multiply_in(4, matrix, in, rows, begin, end, out);
    else
        multiply_in(8, matrix, in, rows, begin, end, out);
}
