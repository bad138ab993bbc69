"""The network run by onnxruntime, from the graph: for machines without a C compiler.

Keys and values of all texts lie in one buffer a layer, which the graph's past and present are both
bound to, so that nothing is copied from step to step.
"""

import os
from itertools import pairwise

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from functions.generate.bundle import Bundle
from functions.generate.errors import BundleRefused
from functions.generate.network.reading import Floats, Ids, Limits, Wanted, check_rows

_ERRORS_ONLY = 3


class GraphNetwork:
    """A GPT-2 in onnxruntime's hands. Calls from several threads must not overlap."""

    def __init__(self, bundle: Bundle, threads: int, places: int) -> None:
        """Load the graph. Raises BundleRefused where onnxruntime cannot."""
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads  # said outright, it pins none to a processor
        options.inter_op_num_threads = 1
        options.log_severity_level = _ERRORS_ONLY
        try:
            self._session = ort.InferenceSession(
                str(bundle.model_file), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises a class of its own for every status
            raise BundleRefused(f"{bundle.model_file} cannot be loaded: {error}") from error
        self.places = places
        self._limits = Limits(bundle.vocabulary, places, bundle.context_length)
        size = bundle.width // bundle.heads
        shape = (places, bundle.heads, bundle.context_length, size)
        self._cache = {
            f"{layer}.{kind}": np.zeros(shape, dtype=np.float32)
            for layer in range(bundle.layers)
            for kind in ("keys", "values")
        }

    def read(self, tokens: Ids, places: Ids, positions: Ids, wanted: Wanted) -> Floats:
        """Read one token a row; return the logits of the wanted rows (wanted, vocabulary)."""
        check_rows(self._limits, tokens, places, positions, wanted)
        logits = np.empty((tokens.size, self._limits.tokens), dtype=np.float32)
        for rows in _runs(places, wanted):
            at = positions[rows].reshape(np.unique(places[rows]).size, -1)  # (texts, new)
            self._run(tokens[rows].reshape(at.shape), at, int(places[rows[0]]), logits, rows)
        return logits[wanted]

    def close(self) -> None:
        """Give back the memory; the network cannot be used any more."""
        self._cache.clear()
        del self._session

    def _run(
        self, tokens: Ids, positions: Ids, first: int, logits: Floats, rows: NDArray[np.intp]
    ) -> None:
        """Read texts that lie in places next to each other, from `first` on: (texts, new) each.

        Their last tokens' logits go to the rows of those tokens.
        """
        texts, new = tokens.shape
        lengths = positions[:, -1].astype(np.int32)  # (texts,): tokens with these, less one
        binding = self._session.io_binding()
        feeds = {
            "tokens": np.ascontiguousarray(tokens),
            "positions": np.ascontiguousarray(positions),
            "lengths": lengths,
            "total_length": np.array([lengths.max() + 1], dtype=np.int32),
        }
        for name, feed in feeds.items():
            binding.bind_cpu_input(name, feed)
        for name, cache in self._cache.items():
            part = cache[first : first + texts]  # (texts, heads, context, size), no copy
            place = ("cpu", 0, np.float32, part.shape, part.ctypes.data)
            binding.bind_input(f"past.{name}", *place)
            binding.bind_output(f"present.{name}", *place)
        binding.bind_output("logits", "cpu")
        self._session.run_with_iobinding(binding)
        logits[rows[new - 1 :: new]] = binding.get_outputs()[-1].numpy()


def _runs(places: Ids, wanted: Wanted) -> list[NDArray[np.intp]]:
    """Cut the rows into runs that the graph can read at once.

    A text of which several tokens are new is a run by itself, cut behind each wanted row, because
    the graph gives the logits of the last row alone. Single tokens go together where their places
    follow each other.
    """
    starts = [0, *(np.flatnonzero(np.diff(places)) + 1).tolist(), places.size]
    singles: list[int] = []
    runs: list[NDArray[np.intp]] = []
    for begin, end in pairwise(starts):
        if end - begin == 1:
            singles.append(begin)
            continue
        cuts = [begin, *(np.flatnonzero(wanted[begin:end]) + begin + 1).tolist(), end]
        runs += [np.arange(a, b) for a, b in pairwise(sorted(set(cuts)))]
    singles.sort(key=lambda row: int(places[row]))
    run: list[int] = []
    for row in singles:
        if run and places[row] != places[run[-1]] + 1:
            runs.append(np.array(run))
            run = []
        run.append(row)
    return [*runs, np.array(run)] if run else runs
