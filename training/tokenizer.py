"""The tokenizer: learned from the training text, or that of the model to go on from."""

from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from training.errors import SettingsError
from training.pretrained import located, why

END_OF_TEXT = "<|endoftext|>"
SMALLEST_VOCABULARY = 257  # every byte and the end of text
LARGEST_VOCABULARY = 65_536  # what two bytes a token can hold


def learn_tokenizer(texts: Sequence[str], vocabulary: int) -> Tokenizer:
    """Learn a byte-level BPE: every text can be written with it, and read back exactly."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer, length=len(texts))
    return tokenizer


def open_tokenizer(source: str | Path) -> Tokenizer:
    """Open another model's tokenizer; it must know the end of text.

    `source` is a tokenizer.json, a folder with that file or with vocab.json and merges.txt, or a
    model's name on the hub. Raises SettingsError.
    """
    where = located(source)
    if isinstance(where, Path) and where.is_dir() and (where / "tokenizer.json").is_file():
        where = where / "tokenizer.json"
    tokenizer = _from_file(where) if isinstance(where, Path) and where.is_file() else _of(where)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    size = tokenizer.get_vocab_size()
    ends = tokenizer.token_to_id(END_OF_TEXT) is not None
    if not ends or size > LARGEST_VOCABULARY:
        raise SettingsError(
            f"{source} has {size} tokens, {'with' if ends else 'without'} {END_OF_TEXT}: "
            f"it must have that one and at most {LARGEST_VOCABULARY}"
        )
    return tokenizer


def _from_file(path: Path) -> Tokenizer:
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing more specific
        raise SettingsError(f"{path} is not a tokenizer.json: {error}") from error


def _of(source: str | Path) -> Tokenizer:
    from transformers import GPT2TokenizerFast  # noqa: PLC0415 - slow, and needed here only

    try:
        return GPT2TokenizerFast.from_pretrained(source).backend_tokenizer
    except Exception as error:  # of many libraries, each with its own
        raise SettingsError(f"no tokenizer can be had from {source}: {why(error)}") from error
