"""A hash of every run of so many numbers in a line, to look for many runs in a corpus at once."""

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]

_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd, so that nothing is lost modulo 2 ** 64


def run_hashes(line: npt.NDArray[np.int64] | Hashes, length: int) -> Hashes:
    """Return a hash of every run of `length` numbers of a line (n): (n - length + 1).

    There is none for a line that is shorter than a run.
    """
    numbers = line.astype(np.uint64)
    count = max(line.size - length + 1, 0)
    hashes: Hashes = np.zeros(count, dtype=np.uint64)
    for place in range(length if count else 0):
        hashes = hashes * _FACTOR + (numbers[place : place + count] ^ (hashes >> np.uint64(29)))
    return hashes
