"""A graph that optimum exported, run step by step in onnxruntime.

Inputs: input_ids and position_ids (batch, new), attention_mask (batch, past + new),
past_key_values.N.key and .value (batch, heads, past, head size). Outputs: logits
(batch, new, vocabulary), present.N.key and .value (batch, heads, past + new, head size).
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from bench.engine import Floats, Watch
from bench.shapes import Shape
from bench.text import text_of

_ERRORS_ONLY = 3
_PIECE = 128
"""Tokens of a prompt that are read at once, so that their logits do not make the memory's peak."""

_Values = dict[str, onnxruntime.OrtValue]


class Exported:
    """A session, and the keys and values of one text, which every text of a batch begins with."""

    def __init__(self, path: Path, shape: Shape, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _ERRORS_ONLY
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        self._outputs = [value.name for value in self._session.get_outputs()]
        self._inputs = {value.name for value in self._session.get_inputs()}
        self._text = np.array([text_of(shape)], dtype=np.int64)  # (1, context)
        self._none = np.zeros((1, shape.heads, 0, shape.head_size), dtype=np.float32)
        names = [name.replace("present", "past_key_values") for name in self._outputs[1:]]
        self._kept = dict.fromkeys(names, self._none)  # each (1, heads, length, head size)
        self._length = 0

    def read(self, length: int) -> Floats:
        """See `bench.engine`."""
        past = {name: _value(self._none) for name in self._kept}
        logits = self._none
        for begin in range(0, length, _PIECE):
            piece = self._text[:, begin : min(begin + _PIECE, length)]  # (1, piece)
            logits, past = self._step(piece, past, begin)
        self._kept = {name: value.numpy() for name, value in past.items()}
        self._length = length
        last: Floats = logits[0]
        return last

    def write(self, batch: int, position: int, watch: Watch) -> None:
        """See `bench.engine`."""
        if self._length < position:
            self.read(position)
        past = {
            name: _value(np.repeat(kept[:, :, :position], batch, axis=0))
            for name, kept in self._kept.items()
        }
        tokens = np.repeat(self._text[:, position : position + 1], batch, axis=0)  # (batch, 1)
        while True:
            logits, past = self._step(tokens, past, position)
            tokens = logits.argmax(axis=-1)[:, None]  # (batch, 1)
            position += 1
            if watch(tokens[:, 0].tolist()):
                return

    def _step(
        self, tokens: npt.NDArray[np.int64], past: _Values, position: int
    ) -> tuple[Floats, _Values]:
        """Read tokens (batch, new) at a position; return the last logits (batch, vocabulary)."""
        batch, new = tokens.shape
        rows = {
            "input_ids": tokens,
            "attention_mask": np.ones((batch, position + new), dtype=np.int64),
            "position_ids": np.tile(np.arange(position, position + new), (batch, 1)),
        }
        feed = past | {name: _value(row) for name, row in rows.items() if name in self._inputs}
        logits, *present = self._session.run_with_ort_values(self._outputs, feed)
        return logits.numpy()[:, -1], dict(zip(past, present, strict=True))


def _value(array: npt.NDArray[np.generic]) -> onnxruntime.OrtValue:
    return onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(array))
