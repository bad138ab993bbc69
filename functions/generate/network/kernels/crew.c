#include "crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum {
    /* Between stages pass microseconds, between passes the sampler's fraction of a millisecond. Who
       has waited longer than that goes to sleep, and costs nothing at rest. */
    SPINS = 20000,
    CACHE_LINE = 64
};

/* The stage (32 bits), how many pieces it has (16) and how many of them nobody has taken yet (16): a
   piece is taken in one step, and only of the stage that the taker has seen. */
typedef uint64_t Turn;

struct Crew {
    int size;
    pthread_t *threads;
    pthread_mutex_t mutex;
    pthread_cond_t turned;
    _Alignas(CACHE_LINE) _Atomic Turn turn;
    _Alignas(CACHE_LINE) atomic_int done;
    _Alignas(CACHE_LINE) atomic_int asleep;
    /* Of this stage. They change only while no piece is held. */
    _Alignas(CACHE_LINE) Work work;
    void *context;
    atomic_int is_closing;
};

typedef struct {
    Crew *crew;
    int member;
} Place;

static uint32_t stage_of(Turn turn) { return (uint32_t)(turn >> 32); }
static int pieces_of(Turn turn) { return (int)(turn >> 16 & 0xffff); }
static int left_of(Turn turn) { return (int)(turn & 0xffff); }

static void breathe(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb"); /* "yield" does nothing on most of them */
#endif
}

static void wake(Crew *crew) {
    if (atomic_load(&crew->asleep) == 0) return;
    pthread_mutex_lock(&crew->mutex);
    pthread_cond_broadcast(&crew->turned);
    pthread_mutex_unlock(&crew->mutex);
}

/* Take pieces of the stage until none is left. What a piece needs stands still while it is held:
   the stage ends only after the last one was done. */
static void work_on(Crew *crew, int member) {
    Turn turn = atomic_load(&crew->turn);
    while (left_of(turn)) {
        if (!atomic_compare_exchange_weak(&crew->turn, &turn, turn - 1)) continue;
        crew->work(crew->context, stage_of(turn), member, pieces_of(turn) - left_of(turn));
        if (atomic_fetch_add(&crew->done, 1) + 1 == pieces_of(turn)) wake(crew);
        turn = atomic_load(&crew->turn);
    }
}

static int is_next_stage(Crew *crew, uint32_t last) {
    return stage_of(atomic_load_explicit(&crew->turn, memory_order_acquire)) != last;
}

static int is_all_done(Crew *crew, uint32_t pieces) {
    return atomic_load_explicit(&crew->done, memory_order_acquire) == (int)pieces;
}

/* Spin until it is so, then sleep until it is so. Who goes to sleep counts itself in before it looks
   for the last time: either it sees the change, or who made the change sees it. */
static void await(Crew *crew, int (*is_so)(Crew *, uint32_t), uint32_t argument) {
    for (int spins = 0; spins < SPINS; spins++) {
        if (is_so(crew, argument)) return;
        breathe();
    }
    pthread_mutex_lock(&crew->mutex);
    atomic_fetch_add(&crew->asleep, 1);
    while (!is_so(crew, argument)) pthread_cond_wait(&crew->turned, &crew->mutex);
    atomic_fetch_sub(&crew->asleep, 1);
    pthread_mutex_unlock(&crew->mutex);
}

static void *serve(void *argument) {
    const Place place = *(Place *)argument;
    free(argument);
    uint32_t stage = 0;
    for (;;) {
        await(place.crew, is_next_stage, stage);
        if (atomic_load(&place.crew->is_closing)) return NULL;
        stage = stage_of(atomic_load(&place.crew->turn));
        work_on(place.crew, place.member);
    }
}

static void begin_stage(Crew *crew, int pieces) {
    const Turn stage = (Turn)(stage_of(atomic_load(&crew->turn)) + 1) << 32;
    atomic_store(&crew->turn, stage | (Turn)pieces << 16 | (Turn)pieces);
    wake(crew);
}

void crew_do(Crew *crew, Work work, void *context, int pieces) {
    crew->work = work;
    crew->context = context;
    atomic_store(&crew->done, 0);
    begin_stage(crew, pieces);
    work_on(crew, 0);
    await(crew, is_all_done, (uint32_t)pieces);
}

/* One more member; 0 where no thread can be had. */
static int hire(Crew *crew) {
    Place *place = malloc(sizeof *place);
    if (!place) return 0;
    *place = (Place){crew, crew->size};
    if (pthread_create(&crew->threads[crew->size - 1], NULL, serve, place)) {
        free(place);
        return 0;
    }
    crew->size++;
    return 1;
}

Crew *crew_open(int size) {
    Crew *crew = aligned_alloc(CACHE_LINE, (sizeof *crew + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE);
    if (!crew) return NULL;
    *crew = (Crew){.size = 1, .threads = calloc((size_t)size, sizeof(pthread_t))};
    pthread_mutex_init(&crew->mutex, NULL);
    pthread_cond_init(&crew->turned, NULL);
    while (crew->threads && crew->size < size)
        if (!hire(crew)) break;
    if (crew->size == size && crew->threads) return crew;
    crew_close(crew);
    return NULL;
}

void crew_close(Crew *crew) {
    atomic_store(&crew->is_closing, 1);
    begin_stage(crew, 0);
    for (int i = 0; crew->threads && i < crew->size - 1; i++) pthread_join(crew->threads[i], NULL);
    pthread_cond_destroy(&crew->turned);
    pthread_mutex_destroy(&crew->mutex);
    free(crew->threads);
    free(crew);
}
