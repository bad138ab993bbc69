#include "levels.h"

#include <stddef.h>
#include <string.h>

#include "network.h"

#if defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

extern const Kernels kernels_plain;

#if defined(__x86_64__)
extern const Kernels kernels_avx512, kernels_avx2;

static int has_avx512(void) {
    return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

static int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#elif defined(__aarch64__)
extern const Kernels kernels_neon;

static int has_dot_products(void) {
#if defined(__linux__)
    return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
#else
    return 1; /* every Apple processor of this kind */
#endif
}
#endif

static int has_all(void) { return 1; }

static const struct {
    const Kernels *kernels;
    int (*can_run)(void);
} LEVELS[] = {
#if defined(__x86_64__)
    {&kernels_avx512, has_avx512},
    {&kernels_avx2, has_avx2},
#elif defined(__aarch64__)
    {&kernels_neon, has_dot_products},
#endif
    {&kernels_plain, has_all},
};
enum { COUNT = sizeof LEVELS / sizeof *LEVELS };

const Kernels *kernels_named(const char *level) {
    for (size_t i = 0; i < COUNT; i++)
        if (LEVELS[i].can_run() && !strcmp(LEVELS[i].kernels->name, level)) return LEVELS[i].kernels;
    return NULL;
}

const char *network_levels(void) {
    static char names[64]; /* the same text whoever writes it */
    char *end = names;
    for (size_t i = 0; i < COUNT; i++)
        if (LEVELS[i].can_run()) {
            if (end != names) *end++ = ' ';
            end = stpcpy(end, LEVELS[i].kernels->name);
        }
    return names;
}
