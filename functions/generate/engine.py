"""The engine: token ids in, token ids out. It knows nothing of AWS, and nothing of text.

It runs the bundle's ONNX graph on the CPU. What the graph has worked out about the tokens so far
(keys and values of every layer) is kept and fed back, so that each step reads one new token.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import onnxruntime as ort

from functions.generate.bundle import Bundle
from functions.generate.errors import BundleRefused, PromptRefused
from functions.generate.sampling import Floats, Ids, Repeats, Sampling, next_token

_ERRORS_ONLY = 3
_PROMPT_SHARE = 0.5
"""A prompt may take so much of the context; of a longer one the end is kept."""


@dataclass(frozen=True, slots=True)
class Request:
    """A text to be written."""

    prompt: Sequence[int]
    sampling: Sampling
    seed: int


class Engine:
    """A loaded model. One text at a time; calls from several threads must not overlap."""

    def __init__(self, bundle: Bundle, threads: int) -> None:
        """Load the graph. Raises BundleRefused where onnxruntime cannot."""
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _ERRORS_ONLY
        try:
            self._session = ort.InferenceSession(
                str(bundle.model_file), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises a class of its own for every status
            raise BundleRefused(f"{bundle.model_file} cannot be loaded: {error}") from error
        self._bundle = bundle
        self._cache_names = [
            graph_input.name
            for graph_input in self._session.get_inputs()
            if graph_input.name.startswith("past_key_values.")
        ]
        self._empty_cache = {
            graph_input.name: _empty_cache(graph_input.shape)
            for graph_input in self._session.get_inputs()
            if graph_input.name in self._cache_names
        }

    def stream(self, request: Request) -> Iterator[int]:
        """Yield the text's tokens as they are drawn, without the prompt.

        Ends at the end-of-text token (which is not yielded), after `max_tokens`, or where the
        context is full. The caller may stop earlier by no longer asking. Raises PromptRefused.
        """
        prompt = self._usable_prompt(request.prompt)
        sampling = request.sampling
        dice = np.random.Generator(np.random.PCG64(request.seed))
        end = self._bundle.end_of_text_id
        used = np.zeros(self._bundle.vocabulary, dtype=bool)  # (vocabulary,)
        used[prompt] = True
        used[end] = False  # the mark before a text is no reason to put off the one behind it
        repeats = Repeats(sampling.unrepeated_tokens)
        room = min(sampling.max_tokens, self._bundle.context_length - prompt.size)
        cache, fresh, length = self._empty_cache, prompt, 0
        for count in range(room):
            logits, cache = self._step(fresh, length, cache)  # (vocabulary,)
            length += fresh.size
            banned = repeats.next() + ([end] if count < sampling.min_tokens else [])
            token = next_token(logits, np.flatnonzero(used), sampling, dice, banned)
            if token == end:
                return
            yield token
            used[token] = True
            repeats.add(token)
            fresh = np.array([token], dtype=np.int64)  # (1,)

    def _step(
        self, fresh: Ids, length: int, cache: dict[str, Floats]
    ) -> tuple[Floats, dict[str, Floats]]:
        """Read the fresh tokens (n,) behind `length` earlier ones.

        Returns the logits of the last one (vocabulary,) and the cache with all of them.
        """
        total = length + fresh.size
        feeds = {
            "input_ids": fresh[None, :],  # (1, n)
            "attention_mask": np.ones((1, total), dtype=np.int64),  # (1, total)
            "position_ids": np.arange(length, total, dtype=np.int64)[None, :],  # (1, n)
            **cache,  # each (1, heads, length, width of a head)
        }
        logits, *present = self._session.run(None, feeds)  # (1, n, vocabulary)
        return logits[0, -1], dict(zip(self._cache_names, present, strict=True))

    def _usable_prompt(self, prompt: Sequence[int]) -> Ids:
        if not prompt:
            raise PromptRefused("a prompt has at least one token, got none")
        ids = np.asarray(prompt, dtype=np.int64)  # (n,)
        if ids.min() < 0 or ids.max() >= self._bundle.vocabulary:
            raise PromptRefused(
                f"token ids go from 0 to {self._bundle.vocabulary - 1}, "
                f"got {ids.min()} to {ids.max()}"
            )
        return ids[-int(self._bundle.context_length * _PROMPT_SHARE) :]


def _empty_cache(shape: Sequence[int | str | None]) -> Floats:
    """Return keys or values of no tokens: (1, heads, 0, width of a head)."""
    return np.zeros((1, int(shape[1] or 0), 0, int(shape[3] or 0)), dtype=np.float32)
