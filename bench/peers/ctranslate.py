"""CTranslate2 in int8.

It has no step of its own; it writes until it is told to stop, and calls back after each token of
each text. The time from one call to the next is the time of a step. The text before the position
is a static prompt: CTranslate2 reads it once and keeps what it made of it.
"""

import ctranslate2
import numpy as np

from bench.engine import Floats, Making, Watch
from bench.job import Job
from bench.kinds import CHECKPOINT
from bench.shapes import Shape
from bench.text import text_of, token_name


def convert(making: Making) -> None:
    """Let its own converter read the checkpoint."""
    converter = ctranslate2.converters.TransformersConverter(str(making.folder_of(CHECKPOINT)))
    converter.convert(str(making.target), quantization=making.kind.variant, force=True)


def load(job: Job) -> "CTranslate2":
    """Load what was converted."""
    generator = ctranslate2.Generator(
        str(job.folder),
        device="cpu",
        compute_type=job.kind.variant,
        inter_threads=1,
        intra_threads=job.threads,
    )
    return CTranslate2(generator, job.shape)


class CTranslate2:
    """A generator, called so that it only ever takes the likeliest token."""

    def __init__(self, generator: "ctranslate2.Generator", shape: Shape) -> None:
        self._generator = generator
        self._text = text_of(shape)
        self._words = [token_name(token) for token in self._text]
        self._context = shape.context

    def read(self, length: int) -> Floats:
        """See `bench.engine`."""
        logits = np.array(self._generator.forward_batch([self._text[:length]]))
        return np.asarray(logits[0, -1], dtype=np.float32)

    def write(self, batch: int, position: int, watch: Watch) -> None:
        """See `bench.engine`."""
        steps = _Steps(batch, watch)
        most = self._context - position - 1
        self._generator.generate_batch(
            [[self._words[position]]] * batch,
            static_prompt=self._words[:position],
            cache_static_prompt=True,
            include_prompt_in_result=False,
            min_length=most,  # no text ends by itself
            max_length=most,
            callback=steps.take,
        )


class _Steps:
    """Puts the tokens of a batch, which come one by one, together again."""

    def __init__(self, batch: int, watch: Watch) -> None:
        self._tokens = [0] * batch
        self._missing = batch
        self._watch = watch
        self._is_over = False

    def take(self, result: "ctranslate2.GenerationStepResult") -> bool:
        """Take one token; True ends the text that it belongs to."""
        if self._is_over:
            return True
        self._tokens[result.batch_id] = result.token_id
        self._missing -= 1
        if not self._missing:
            self._missing = len(self._tokens)
            self._is_over = self._watch(self._tokens)
        return self._is_over
