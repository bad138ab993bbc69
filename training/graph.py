"""optimum's export of a GPT-2, run plainly in onnxruntime: the reference for what serves.

Inputs: input_ids and position_ids (batch, new), attention_mask (batch, past + new),
past_key_values.N.key and .value (batch, heads, past, head size). Outputs: logits
(batch, new, vocabulary), present.N.key and .value (batch, heads, past + new, head size).
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, NoSuchFile

from training.errors import ExportError

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


class Graph:
    """A text-generation graph in fp32 with past keys and values, on the CPU."""

    def __init__(self, path: Path, *, layers: int, heads: int, head_size: int) -> None:
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), providers=["CPUExecutionProvider"]
            )
        except (Fail, InvalidGraph, NoSuchFile) as error:
            raise ExportError(f"onnxruntime cannot run {path}: {error}") from error
        self._past_names = [
            f"past_key_values.{layer}.{kind}"
            for layer in range(layers)
            for kind in ("key", "value")
        ]
        self._outputs = [
            "logits",
            *(name.replace("past_key_values", "present") for name in self._past_names),
        ]
        self._heads = heads
        self._head_size = head_size
        self._check_names(path)

    def run(
        self, ids: Integers, past: list[Floats] | None = None, mask: Integers | None = None
    ) -> tuple[Floats, list[Floats]]:
        """Read `ids` (batch, new) after `past`; return logits (batch, new, vocabulary) and past.

        `mask` (batch, past + new) is 0 where a row is padded on its left.
        """
        batch, new = ids.shape
        if past is None:
            empty = np.zeros((batch, self._heads, 0, self._head_size), dtype=np.float32)
            past = [empty] * len(self._past_names)
        if mask is None:
            mask = np.ones((batch, past[0].shape[2] + new), dtype=np.int64)
        positions = np.maximum(mask.cumsum(axis=1) - 1, 0)[:, -new:]
        feed: dict[str, Any] = {
            "input_ids": ids,
            "attention_mask": mask,
            "position_ids": positions,
            **dict(zip(self._past_names, past, strict=True)),
        }
        logits, *present = self._session.run(self._outputs, feed)
        return logits, present

    def _check_names(self, path: Path) -> None:
        """Refuse a graph whose inputs and outputs are not those that `run` knows."""
        inputs = {value.name for value in self._session.get_inputs()}
        outputs = {value.name for value in self._session.get_outputs()}
        wanted = {"input_ids", "attention_mask", "position_ids", *self._past_names}
        if inputs != wanted or outputs != set(self._outputs):
            raise ExportError(
                f"{path} has the inputs {sorted(inputs)} and the outputs {sorted(outputs)}; "
                f"expected are {sorted(wanted)} and {sorted(self._outputs)}"
            )
