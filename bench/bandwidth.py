"""How fast this machine reads memory in one line a thread; in several lines it reads faster.

Each thread lets the C library look for a byte that is not there, in memory far larger than the
caches. That is a plain read of every byte, in the library's own vector code, and it releases
Python's lock.
"""

import ctypes
import mmap
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

_SIZE = 256 << 20
_PAGE = 1 << 20
_FILLED_WITH, _LOOKED_FOR = 0x55, 0xAA
_PASSES = 3


class Reader:
    """Memory to be read, by so many threads."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._memory = mmap.mmap(-1, _SIZE)
        for begin in range(0, _SIZE, _PAGE):
            self._memory[begin : begin + _PAGE] = bytes([_FILLED_WITH]) * _PAGE
        self._address = ctypes.addressof(ctypes.c_char.from_buffer(self._memory))
        self._find = ctypes.CDLL(None).memchr
        self._find.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t)
        self._find.restype = ctypes.c_void_p

    def bytes_per_second(self) -> float:
        """Read it all, a few times; return the best."""
        share = _SIZE // self._threads
        starts = [self._address + share * number for number in range(self._threads)]
        with ThreadPoolExecutor(self._threads) as pool:
            return max(self._pass(pool, starts, share) for _ in range(_PASSES))

    def _pass(self, pool: ThreadPoolExecutor, starts: list[int], share: int) -> float:
        began = time.perf_counter()
        list(pool.map(partial(self._look, share=share), starts))
        return share * len(starts) / (time.perf_counter() - began)

    def _look(self, start: int, share: int) -> None:
        self._find(start, _LOOKED_FOR, share)
