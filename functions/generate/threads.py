"""How many threads the engine may use."""

import os

MEGABYTES_PER_PROCESSOR = 1769
"""Lambda gives one processor's worth of time for so much memory
(https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html)."""


def engine_threads(memory_megabytes: int) -> int:
    """Return the threads for a function of this memory, never more than there are processors.

    Lambda shows every processor of its host, so onnxruntime cannot find this out by itself. A part
    of a processor counts as one: two threads on 1.7 processors are faster than one.
    """
    share = -(-memory_megabytes // MEGABYTES_PER_PROCESSOR)
    return max(1, min(share, os.cpu_count() or 1))
