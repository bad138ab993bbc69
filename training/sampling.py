"""Samples for the run's log, straight from the PyTorch model: slow, plain, deterministic."""

from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from transformers import GPT2LMHeadModel


@dataclass(frozen=True)
class Sampling:
    """How a sample is drawn."""

    tokens: int
    temperature: float = 0.8
    top_p: float = 0.95
    seed: int = 1


def sample(model: GPT2LMHeadModel, tokenizer: Tokenizer, prompt: str, how: Sampling) -> str:
    """Write on from `prompt` until the end of text or the most tokens."""
    generator = torch.Generator().manual_seed(how.seed)
    ids = tokenizer.encode(prompt).ids
    written: list[int] = []
    device = next(model.parameters()).device
    step = torch.tensor([ids])
    past = None
    was_training = model.training
    model.eval()  # type: ignore[no-untyped-call]
    with torch.inference_mode():
        for _ in range(min(how.tokens, model.config.n_positions - len(ids))):
            inner = model.transformer(
                input_ids=step.to(device), past_key_values=past, use_cache=True
            )
            past = inner.past_key_values
            logits = model.lm_head(inner.last_hidden_state[0, -1]).float().cpu() / how.temperature
            probabilities, order = torch.softmax(logits, dim=-1).sort(descending=True)
            # The smallest set of likeliest tokens whose probabilities reach top_p.
            probabilities[probabilities.cumsum(0) - probabilities > how.top_p] = 0
            chosen = order[torch.multinomial(probabilities, 1, generator=generator)]
            if chosen.item() == model.config.eos_token_id:
                break
            written.append(int(chosen.item()))
            step = chosen[None]
    model.train(was_training)
    return prompt + str(tokenizer.decode(written))
