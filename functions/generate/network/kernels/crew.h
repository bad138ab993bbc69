/* Threads that share pieces of work, thousands of times a second. */

#ifndef ARTREVIEW_CREW_H
#define ARTREVIEW_CREW_H

#include <stdint.h>

typedef struct Crew Crew;

/* `member` counts from 0, the thread that called. `stage` tells one crew_do from another. */
typedef void (*Work)(void *context, uint32_t stage, int member, int piece);

/* NULL where threads cannot be had. `size` counts the caller. */
Crew *crew_open(int size);
void crew_close(Crew *crew);

/* Do all pieces, 0 to pieces - 1 (at most 65,535 of them); return when they are done. Whoever is free
   takes the next one. A member that has no processor is not waited for, unless it holds a piece. */
void crew_do(Crew *crew, Work work, void *context, int pieces);

#endif
