"""Random weights in GPT-2's shape, as a transformers folder: what all engines are made from.

Speed does not depend on what the weights are, as long as the numbers stay ordinary; they are drawn
as GPT-2's are before training. The folder has a tokenizer, for the converters that want one: its
tokens are `t0`, `t1` and so on.
"""

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from transformers import GPT2Config, GPT2LMHeadModel

from bench.shapes import SEED, Shape
from bench.text import token_name


def write_checkpoint(shape: Shape, target: Path) -> None:
    """Write model and tokenizer into the folder."""
    torch.manual_seed(SEED)
    end = shape.vocabulary - 1
    config = GPT2Config(  # type: ignore[no-untyped-call]
        vocab_size=shape.vocabulary,
        n_positions=shape.context,
        n_embd=shape.width,
        n_layer=shape.layers,
        n_head=shape.heads,
        bos_token_id=end,
        eos_token_id=end,
    )
    model = GPT2LMHeadModel(config)  # type: ignore[no-untyped-call]
    model.save_pretrained(target)
    words = {token_name(token): token for token in range(shape.vocabulary)}
    Tokenizer(WordLevel(words, unk_token=token_name(end))).save(str(target / "tokenizer.json"))
    about = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": token_name(end)}
    about |= {"bos_token": token_name(end), "unk_token": token_name(end)}
    (target / "tokenizer_config.json").write_text(json.dumps(about), encoding="utf-8")
