"""The model bundle: a folder with the weights, the tokenizer and what is known about them.

`bundle.json` lists every file with its SHA-256. A bundle whose files are not exactly those is
refused before anything is read from them.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from functions.generate.errors import BundleRefused
from functions.generate.sampling import Sampling

FORMAT = 3
_ARCHITECTURE = "gpt2"
_MODEL = "model.onnx"
_WEIGHTS = "model.onnx.data"
_TOKENIZER = "tokenizer.json"
_ORIGINALITY = "originality.bin"


@dataclass(frozen=True, slots=True)
class SamplingDefaults:
    """How the bundle wants to be sampled; lengths in tokens."""

    top_p: float
    top_k: int
    repetition_penalty: float
    """At a temperature of 1 and above."""
    cold_repetition_penalty: float
    """At a temperature of 0; between, in a straight line: the colder, the more a text circles."""
    penalised_stretch: int
    """In a whole text so many words are used up that the rest would be pronouns."""
    unrepeated_tokens: int
    min_tokens: int
    max_tokens: int

    def at(self, temperature: float) -> Sampling:
        """Return how a text of this temperature is sampled."""
        cold = max(0.0, 1.0 - temperature)
        penalty = self.repetition_penalty * (1 - cold) + self.cold_repetition_penalty * cold
        return Sampling(
            temperature=temperature,
            top_p=self.top_p,
            top_k=self.top_k,
            repetition_penalty=penalty,
            penalised_stretch=self.penalised_stretch,
            unrepeated_tokens=self.unrepeated_tokens,
            min_tokens=self.min_tokens,
            max_tokens=self.max_tokens,
        )


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose files have been checked."""

    folder: Path
    name: str
    base_model: str
    parameters: int
    layers: int
    heads: int
    width: int
    license_of_weights: str
    license_of_corpus: str
    context_length: int
    vocabulary: int
    end_of_text_id: int
    sampling: SamplingDefaults
    decades: tuple[str, ...]
    corpus_books: int
    corpus_words: int
    hash: str
    """The first 12 hexadecimal digits of the SHA-256 over the hashes of all its files and how it is
    sampled: with the same one, the same prompt and seed give the same text."""

    @property
    def model_file(self) -> Path:
        """The graph, as onnxruntime reads it; its weights lie beside it."""
        return self.folder / _MODEL

    @property
    def weights_file(self) -> Path:
        """The weights, of which the graph tells where in the file each begins."""
        return self.folder / _WEIGHTS

    @property
    def tokenizer_file(self) -> Path:
        """The tokenizer, as the tokenizers library saves it."""
        return self.folder / _TOKENIZER

    @property
    def originality_file(self) -> Path:
        """The index of the corpus's words, in which copied runs are looked for."""
        return self.folder / _ORIGINALITY


def load_bundle(folder: Path) -> Bundle:
    """Read a bundle and check every file of it. Raises BundleRefused."""
    facts = _facts(folder)
    files = facts.get("files", {})
    for name in (_MODEL, _WEIGHTS, _TOKENIZER, _ORIGINALITY):
        if name not in files:
            raise BundleRefused(f"{folder / 'bundle.json'} lists no {name}")
    for name, expected in files.items():
        _check_file(folder / name, expected)
    try:
        return _bundle(folder, facts, files)
    except (KeyError, TypeError, ValueError) as error:
        raise BundleRefused(
            f"{folder / 'bundle.json'} lacks or mangles a key: {error!r}. Export the bundle again."
        ) from error


def _facts(folder: Path) -> dict[str, Any]:
    path = folder / "bundle.json"
    try:
        facts = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise BundleRefused(f"{path} does not exist; MODEL_DIR must name a bundle") from error
    except OSError as error:
        raise BundleRefused(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BundleRefused(f"{path} is not JSON. Export the bundle again.") from error
    found = (facts.get("format"), facts.get("architecture")) if isinstance(facts, dict) else None
    if found != (FORMAT, _ARCHITECTURE):
        raise BundleRefused(
            f"{path} has the format and architecture {found}; this engine reads "
            f"({FORMAT}, {_ARCHITECTURE!r})"
        )
    return dict(facts)


def _check_file(path: Path, expected: str) -> None:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BundleRefused(f"{path} cannot be read: {error.strerror}") from error
    if found != expected:
        raise BundleRefused(
            f"{path} is damaged or belongs to another bundle: its SHA-256 is {found[:12]}…, "
            f"bundle.json says {expected[:12]}…"
        )


def _bundle(folder: Path, facts: dict[str, Any], files: dict[str, str]) -> Bundle:
    sampling = facts["sampling"]
    hashes = "".join(files[name] for name in sorted(files))
    what_writes = hashes + json.dumps(sampling, sort_keys=True)
    return Bundle(
        folder=folder,
        name=str(facts["name"]),
        base_model=str(facts["base_model"]),
        parameters=int(facts["parameters"]),
        layers=int(facts["layers"]),
        heads=int(facts["heads"]),
        width=int(facts["width"]),
        license_of_weights=str(facts["license"]["weights"]),
        license_of_corpus=str(facts["license"]["corpus"]),
        context_length=int(facts["context_length"]),
        vocabulary=int(facts["vocabulary"]),
        end_of_text_id=int(facts["end_of_text_id"]),
        sampling=SamplingDefaults(
            top_p=float(sampling["top_p"]),
            top_k=int(sampling["top_k"]),
            repetition_penalty=float(sampling["repetition_penalty"]),
            cold_repetition_penalty=float(
                sampling.get("cold_repetition_penalty", sampling["repetition_penalty"])
            ),
            penalised_stretch=int(sampling.get("penalised_stretch", 0)),
            unrepeated_tokens=int(sampling.get("unrepeated_tokens", 0)),
            min_tokens=int(sampling["min_tokens"]),
            max_tokens=int(sampling["max_tokens"]),
        ),
        decades=tuple(str(decade) for decade in facts["decades"]),
        corpus_books=int(facts["corpus"]["books"]),
        corpus_words=int(facts["corpus"]["words"]),
        hash=hashlib.sha256(what_writes.encode("ascii")).hexdigest()[:12],
    )
