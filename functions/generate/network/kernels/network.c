#include "network.h"

#include <stdlib.h>
#include <string.h>

#include "crew.h"
#include "kernels.h"
#include "levels.h"

/* What one thread works with and nobody else. The activations of a stage are put there by each
   thread that takes a piece of it, which is quicker than waiting for another to do it once. */
typedef struct {
    uint32_t stage; /* whose activations these are */
    float *row; /* (4 width) */
    float *scores; /* (context and two groups) */
    int16_t *factors; /* the same */
    float *chunk; /* (ROWS_AT_ONCE, CHUNK) */
    Activations in; /* (ROWS_AT_ONCE, 4 width) */
} Desk;

/* The tokens of one pass. */
typedef struct {
    int rows;
    const int32_t *tokens, *places, *positions;
    int wanted; /* how many logits */
    int chosen[ROWS_AT_ONCE]; /* whose */
    float *logits;
} Pass;

struct Network {
    Model model;
    Layer *layers;
    int places;
    const Kernels *kernels;
    Crew *crew;
    Desk *desks; /* (threads) */
    void *memory; /* holds all that follows, the layers and what is on the desks */
    size_t cache_context; /* the context in whole groups */
    int8_t *cache; /* (places, layers, heads, 2, cache context * head size) */
    float *cache_scales; /* (places, layers, heads, 2, cache context) */
    float *stream; /* (ROWS_AT_ONCE, width): the residual stream */
    float *mixed; /* (ROWS_AT_ONCE, 3 width): queries, keys and values */
    float *attended; /* (ROWS_AT_ONCE, width) */
    float *hidden; /* (ROWS_AT_ONCE, 4 width) */
    Pass pass;
};

enum {
    PIECE_BYTES = 98304,
    SMALLEST_PIECE = 16 /* whole vectors of whatever width */
};

typedef enum { WRITE, WRITE_GELU, ADD } Ending;

/* out (rows, outputs) = or += the matrix times the source (rows, inputs), normed where it says so. */
typedef struct {
    Network *net;
    const Matrix *matrix;
    const float *source;
    const Norm *norm; /* or NULL */
    const int *chosen; /* which rows of the source; NULL for all */
    int rows;
    Ending ending;
    float *out;
    int piece; /* outputs in a piece */
} Product;

typedef struct {
    Network *net;
    int layer;
} Attention;

static size_t head_size(const Network *net) {
    return (size_t)(net->model.width / net->model.heads);
}

static HeadCache head_cache(const Network *net, int place, int layer, int head) {
    const Model *model = &net->model;
    const size_t number = ((size_t)place * (size_t)model->layers + (size_t)layer) *
                              (size_t)model->heads + (size_t)head;
    const size_t context = net->cache_context, bytes = context * head_size(net);
    int8_t *cache = net->cache + number * 2 * bytes;
    float *scales = net->cache_scales + number * 2 * context;
    return (HeadCache){cache, cache + bytes, scales, scales + context};
}

/* To each row of a chunk its bias and its ending; then to its place in `out` (rows, outputs). */
static void finish(const Product *product, int begin, int count, float *chunk) {
    const Matrix *matrix = product->matrix;
    for (int row = 0; row < product->rows; row++, chunk += CHUNK) {
        float *to = product->out + (size_t)row * (size_t)matrix->outputs + (size_t)begin;
        if (matrix->bias)
            for (int i = 0; i < count; i++) chunk[i] += matrix->bias[begin + i];
        if (product->ending == WRITE_GELU) product->net->kernels->gelu(chunk, count);
        if (product->ending == ADD)
            for (int i = 0; i < count; i++) to[i] += chunk[i];
        else
            memcpy(to, chunk, (size_t)count * sizeof *to);
    }
}

/* Put the product's activations on a desk. */
static void lay_on(const Product *product, Desk *desk) {
    const Kernels *kernels = product->net->kernels;
    const Matrix *matrix = product->matrix;
    for (int row = 0; row < product->rows; row++) {
        const int from = product->chosen ? product->chosen[row] : row;
        const float *x = product->source + (size_t)from * (size_t)matrix->inputs;
        if (product->norm) {
            kernels->normalise(x, product->norm, matrix->inputs, desk->row);
            x = desk->row;
        }
        kernels->quantise(x, matrix->inputs, matrix->bits, row, &desk->in);
    }
}

static void do_product(void *context, uint32_t stage, int member, int piece) {
    const Product *product = context;
    const Matrix *matrix = product->matrix;
    Desk *desk = &product->net->desks[member];
    if (desk->stage != stage) lay_on(product, desk);
    desk->stage = stage;
    const int begin = piece * product->piece;
    const int end = begin + product->piece < matrix->outputs ? begin + product->piece : matrix->outputs;
    product->net->kernels->multiply(matrix, &desk->in, product->rows, begin, end, desk->chunk);
    finish(product, begin, end - begin, desk->chunk);
}

/* Pieces of about PIECE_BYTES, so that at the end of a stage nobody waits for long. */
static void multiply(Product product) {
    const Matrix *matrix = product.matrix;
    const int row_bytes = blocks_in_row(matrix->inputs, matrix->bits) * BLOCK_BYTES;
    int piece = PIECE_BYTES / row_bytes / SMALLEST_PIECE * SMALLEST_PIECE;
    piece = piece < SMALLEST_PIECE ? SMALLEST_PIECE : piece > CHUNK ? CHUNK : piece;
    product.piece = piece;
    crew_do(product.net->crew, do_product, &product, (matrix->outputs + piece - 1) / piece);
}

/* Where a row's part of one head begins in (rows, 3 width): 0 queries, 1 keys, 2 values. */
static const float *part_of(const Network *net, int row, int part, int head) {
    const size_t width = (size_t)net->model.width;
    return net->mixed + (size_t)row * 3 * width + (size_t)part * width + (size_t)head * head_size(net);
}

/* A piece is a head, in all rows: a row sees what the rows before it have just put into the cache. */
static void do_attention(void *context, uint32_t stage, int member, int head) {
    const Attention *attention = context;
    Network *net = attention->net;
    Desk *desk = &net->desks[member];
    const int size = (int)head_size(net);
    (void)stage;
    for (int row = 0; row < net->pass.rows; row++) {
        HeadCache cache = head_cache(net, net->pass.places[row], attention->layer, head);
        const int position = net->pass.positions[row];
        float *out = net->attended + (size_t)row * (size_t)net->model.width + (size_t)(head * size);
        net->kernels->remember(&cache, size, position, part_of(net, row, 1, head),
                               part_of(net, row, 2, head));
        net->kernels->attend(&cache, size, position + 1, part_of(net, row, 0, head), desk->scores,
                             desk->factors, out);
    }
}

static void do_embedding(void *context, uint32_t stage, int member, int row) {
    Network *net = context;
    const size_t width = (size_t)net->model.width;
    const float *position = net->model.positions + (size_t)net->pass.positions[row] * width;
    float *stream = net->stream + (size_t)row * width;
    (void)stage, (void)member;
    net->kernels->look_up(&net->model.embedding, net->pass.tokens[row], stream);
    for (size_t i = 0; i < width; i++) stream[i] += position[i];
}

static void read_layer(Network *net, int number) {
    const Layer *layer = &net->layers[number];
    const int rows = net->pass.rows;
    Attention attention = {net, number};
    multiply((Product){net, &layer->attention_in, net->stream, &layer->norm_1, NULL, rows, WRITE,
                       net->mixed, 0});
    crew_do(net->crew, do_attention, &attention, net->model.heads);
    multiply((Product){net, &layer->attention_out, net->attended, NULL, NULL, rows, ADD, net->stream,
                       0});
    multiply((Product){net, &layer->mlp_in, net->stream, &layer->norm_2, NULL, rows, WRITE_GELU,
                       net->hidden, 0});
    multiply((Product){net, &layer->mlp_out, net->hidden, NULL, NULL, rows, ADD, net->stream, 0});
}

static void read_pass(Network *net) {
    crew_do(net->crew, do_embedding, net, net->pass.rows);
    for (int layer = 0; layer < net->model.layers; layer++) read_layer(net, layer);
    if (net->pass.wanted)
        multiply((Product){net, &net->model.embedding, net->stream, &net->model.norm,
                           net->pass.chosen, net->pass.wanted, WRITE, net->pass.logits, 0});
}

void network_read(Network *net, int count, const int32_t *tokens, const int32_t *places,
                  const int32_t *positions, const uint8_t *wanted, float *logits) {
    for (int done = 0; done < count; done += ROWS_AT_ONCE) {
        const int rows = count - done < ROWS_AT_ONCE ? count - done : ROWS_AT_ONCE;
        net->pass = (Pass){.rows = rows,
                           .tokens = tokens + done,
                           .places = places + done,
                           .positions = positions + done,
                           .logits = logits};
        for (int row = 0; row < rows; row++)
            if (wanted[done + row]) net->pass.chosen[net->pass.wanted++] = row;
        logits += (size_t)net->pass.wanted * (size_t)net->model.vocabulary;
        read_pass(net);
    }
}

/* Memory handed out in cache lines. With no memory behind it, it only adds up. */
typedef struct {
    char *base;
    size_t used;
} Arena;

static void *take(Arena *arena, size_t count, size_t size) {
    const size_t begin = arena->used;
    arena->used += (count * size + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    return arena->base ? arena->base + begin : NULL;
}

static void lay_out_desk(const Model *model, Desk *desk, Arena *arena) {
    const size_t width = (size_t)model->width, rows = ROWS_AT_ONCE;
    const size_t inputs = 4 * width + 128; /* the last block of a row may be padded */
    *desk = (Desk){
        .row = take(arena, 4 * width, sizeof(float)),
        .scores = take(arena, (size_t)model->context + 2 * GROUP, sizeof(float)),
        .factors = take(arena, (size_t)model->context + 2 * GROUP, sizeof(int16_t)),
        .chunk = take(arena, rows * CHUNK, sizeof(float)),
        .in = {.values = take(arena, rows * inputs, 1),
               .starts = take(arena, rows * inputs / 32, sizeof(int32_t)),
               .scales = take(arena, rows * inputs / 32, sizeof(float))},
    };
}

/* The cache comes last and is touched as texts grow: places that nobody uses cost no memory. */
static void lay_out(Network *net, int threads, Arena *arena) {
    const Model *model = &net->model;
    const size_t width = (size_t)model->width, rows = ROWS_AT_ONCE;
    const size_t context = ((size_t)model->context + 2 * GROUP - 1) / (2 * GROUP) * 2 * GROUP;
    const size_t heads = (size_t)net->places * (size_t)model->layers * (size_t)model->heads;
    net->layers = take(arena, (size_t)model->layers, sizeof *net->layers);
    for (int i = 0; i < threads; i++) {
        Desk desk;
        lay_out_desk(model, &desk, arena);
        if (arena->base) net->desks[i] = desk;
    }
    net->stream = take(arena, rows * width, sizeof(float));
    net->mixed = take(arena, rows * 3 * width, sizeof(float));
    net->attended = take(arena, rows * width, sizeof(float));
    net->hidden = take(arena, rows * 4 * width, sizeof(float));
    net->cache_context = context;
    net->cache_scales = take(arena, heads * 2 * context, sizeof(float));
    net->cache = take(arena, heads * 2 * context * head_size(net), 1);
}

Network *network_open(const Model *model, int places, int threads, const char *level) {
    const Kernels *kernels = kernels_named(level);
    Network *net = kernels ? calloc(1, sizeof *net) : NULL;
    if (!net) return NULL;
    *net = (Network){.model = *model, .places = places, .kernels = kernels};
    net->desks = calloc((size_t)threads, sizeof *net->desks);
    Arena arena = {NULL, 0};
    lay_out(net, threads, &arena);
    if (!net->desks || posix_memalign(&net->memory, BLOCK_BYTES, arena.used)) {
        network_close(net);
        return NULL;
    }
    arena = (Arena){net->memory, 0};
    lay_out(net, threads, &arena);
    memcpy(net->layers, model->layer, (size_t)model->layers * sizeof *net->layers);
    net->crew = crew_open(threads);
    if (net->crew) return net;
    network_close(net);
    return NULL;
}

void network_close(Network *net) {
    if (net->crew) crew_close(net->crew);
    free(net->memory);
    free(net->desks);
    free(net);
}
