"""transformers on PyTorch, as its users have it: attention by PyTorch's own fused operator."""

import torch
from transformers import DynamicCache, GPT2LMHeadModel

from bench.checkpoint import write_checkpoint
from bench.engine import Floats, Making, Watch
from bench.job import Job
from bench.text import text_of

_PIECE = 128
"""Tokens of a prompt that are read at once, so that their logits do not make the memory's peak."""


def convert(making: Making) -> None:
    """Write the checkpoint itself."""
    write_checkpoint(making.shape, making.target)


def load(job: Job) -> "PyTorch":
    """Load the checkpoint in the number format that the kind names."""
    torch.set_num_threads(job.threads)
    numbers: torch.dtype = getattr(torch, job.kind.variant)
    model = GPT2LMHeadModel.from_pretrained(job.folder, dtype=numbers, local_files_only=True)
    return PyTorch(model.eval(), text_of(job.shape))


class PyTorch:
    """A model, and the keys and values of one text, which every text of a batch begins with."""

    def __init__(self, model: GPT2LMHeadModel, text: list[int]) -> None:
        self._model = model
        self._text = text
        self._kept: list[tuple[torch.Tensor, torch.Tensor]] = []  # (1, heads, length, head size)
        self._length = 0

    def read(self, length: int) -> Floats:
        """See `bench.engine`."""
        cache = DynamicCache()
        logits = torch.empty(0)
        for begin in range(0, length, _PIECE):
            piece = torch.tensor([self._text[begin : min(begin + _PIECE, length)]])  # (1, piece)
            logits = self._step(piece, cache)
        self._kept = [
            (layer.keys, layer.values)
            for layer in cache.layers
            if layer.keys is not None and layer.values is not None
        ]
        self._length = length
        return logits[0].float().numpy()

    def write(self, batch: int, position: int, watch: Watch) -> None:
        """See `bench.engine`."""
        if self._length < position:
            self.read(position)
        cache = DynamicCache()
        for number, (keys, values) in enumerate(self._kept):
            cache.update(
                keys[:, :, :position].repeat(batch, 1, 1, 1),
                values[:, :, :position].repeat(batch, 1, 1, 1),
                number,
            )
        tokens = torch.full((batch, 1), self._text[position])
        while True:
            tokens = self._step(tokens, cache).argmax(dim=-1, keepdim=True)  # (batch, 1)
            if watch(tokens[:, 0].tolist()):
                return

    @torch.inference_mode()
    def _step(self, tokens: torch.Tensor, cache: DynamicCache) -> torch.Tensor:
        """Read tokens (batch, new); return the last logits (batch, vocabulary)."""
        answer = self._model(tokens, past_key_values=cache, use_cache=True, logits_to_keep=1)
        logits: torch.Tensor = answer.logits[:, -1]
        return logits
