"""llama.cpp, through llama-cpp-python's own names for the C interface.

Each text of a batch is a sequence with keys and values of its own (not one shared cache). Flash
attention is on, and keys and values are fp16.
"""

from collections.abc import Sequence

import llama_cpp
import numpy as np

from bench.engine import Floats, Making, Watch
from bench.errors import PeerFailed
from bench.job import Job
from bench.kinds import CHECKPOINT
from bench.text import text_of

_FILE = "model.gguf"
_PIECE = 128
"""Tokens of a prompt that are read at once."""


def convert(making: Making) -> None:
    """Write the GGUF file of the checkpoint."""
    from bench.peers.gguf_file import write_gguf  # noqa: PLC0415 - only needed here

    write_gguf(
        making.shape,
        making.kind.variant,
        making.folder_of(CHECKPOINT),
        making.target / _FILE,
    )


def load(job: Job) -> "Llama":
    """Load the file."""
    llama_cpp.llama_backend_init()
    settings = llama_cpp.llama_model_default_params()
    model = llama_cpp.llama_model_load_from_file(str(job.folder / _FILE).encode(), settings)
    if not model:
        raise PeerFailed(f"llama.cpp cannot load {job.folder / _FILE}")
    return Llama(model, job)


class Llama:
    """A model, and a context with a sequence for each text."""

    def __init__(self, model: int, job: Job) -> None:
        settings = llama_cpp.llama_context_default_params()
        settings.n_ctx = job.shape.context * job.places
        settings.n_seq_max = job.places
        settings.n_batch = settings.n_ubatch = max(_PIECE, job.places)
        settings.n_outputs_max = job.places
        settings.n_threads = settings.n_threads_batch = job.threads
        settings.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_ENABLED
        self._context = llama_cpp.llama_init_from_model(model, settings)
        if not self._context:
            raise PeerFailed("llama.cpp cannot make a context; its log is with the worker's")
        self._memory = llama_cpp.llama_get_memory(self._context)
        self._batch = llama_cpp.llama_batch_init(settings.n_batch, 0, 1)
        self._vocabulary = job.shape.vocabulary
        self._text = text_of(job.shape)
        self._lengths = [0] * job.places

    def read(self, length: int) -> Floats:
        """See `bench.engine`."""
        self._cut(0, 0)
        self._fill(0, length - 1)
        self._decode([self._text[length - 1]], [0], [length - 1])
        self._lengths[0] = length
        logits: Floats = self._logits(1)[0].copy()
        return logits

    def write(self, batch: int, position: int, watch: Watch) -> None:
        """See `bench.engine`."""
        places = list(range(batch))
        for place in places:
            self._cut(place, min(self._lengths[place], position))
            self._fill(place, position)
        tokens = [self._text[position]] * batch
        while True:
            self._decode(tokens, places, [position] * batch)
            tokens = self._logits(batch).argmax(axis=-1).tolist()
            position += 1
            if watch(tokens):
                break
        for place in places:
            self._cut(place, position - 1)

    def _fill(self, place: int, end: int) -> None:
        """Read the text into a place until before `end`."""
        for first in range(self._lengths[place], end, _PIECE):
            positions = list(range(first, min(first + _PIECE, end)))
            tokens = [self._text[position] for position in positions]
            self._decode(tokens, [place] * len(tokens), positions, wanted=False)
            self._lengths[place] = positions[-1] + 1

    def _cut(self, place: int, length: int) -> None:
        """Forget what stands in a place from `length` on."""
        llama_cpp.llama_memory_seq_rm(self._memory, place, length, -1)
        self._lengths[place] = min(self._lengths[place], length)

    def _decode(
        self,
        tokens: Sequence[int],
        places: Sequence[int],
        positions: Sequence[int],
        *,
        wanted: bool = True,
    ) -> None:
        batch = self._batch
        batch.n_tokens = len(tokens)
        for row, token in enumerate(tokens):
            batch.token[row] = token
            batch.pos[row] = positions[row]
            batch.n_seq_id[row] = 1
            batch.seq_id[row][0] = places[row]
            batch.logits[row] = wanted
        status = llama_cpp.llama_decode(self._context, batch)
        if status:
            raise PeerFailed(f"llama.cpp could not read {len(tokens)} tokens: status {status}")

    def _logits(self, rows: int) -> Floats:
        """Return the logits (rows, vocabulary) of the last read, still in llama.cpp's hands."""
        pointer = llama_cpp.llama_get_logits(self._context)
        return np.ctypeslib.as_array(pointer, shape=(rows, self._vocabulary))
