"""How many threads the engine may use."""

import os

MEGABYTES_PER_PROCESSOR = 1769
"""Lambda gives one processor's worth of time for so much memory
(https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html)."""


_PARAMETERS_PER_THREAD = 20_000_000
"""A smaller model's steps are so short that a thread which the machine puts aside holds all up:
with 10 million parameters two threads are a third faster than one where nobody else is at work,
and half as fast on a busy machine, as Lambda's parts of processors are."""


def engine_threads(memory_megabytes: int, parameters: int) -> int:
    """Return the threads for a function of this memory and a model of so many parameters.

    Lambda shows every processor of its host, so nobody else can find this out. Half a processor
    more counts as one: two threads read from one memory, so that together they are a third faster
    than one alone, and slower where they have to share less than 1.5 processors. There are never
    more threads than processors.
    """
    share = int(memory_megabytes / MEGABYTES_PER_PROCESSOR + 0.5)
    useful = max(1, parameters // _PARAMETERS_PER_THREAD)
    return max(1, min(share, useful, os.cpu_count() or 1))
