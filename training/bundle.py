"""`bundle.json`: what the engine, the pages and the model card need to know of a model."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from transformers import GPT2LMHeadModel

from training.corpus import LONGEST_DOCUMENT, SHORTEST_DOCUMENT
from training.files import sha256_of
from training.prepare import Manifest
from training.prepared import Prepared
from training.rounding import Rounded

FORMAT = 3
DESCRIPTION = "bundle.json"
SMALLEST_DECADE = 0.01  # a decade is offered when this share of the documents stems from it
LONGEST_REVIEW = 0.85  # share of the context: the rest is the prompt's

ADOPTED_FROM = "adopted_from"
"""Stands in the config.json of a model from elsewhere, and of all that is trained on from it."""

TOP_P = 0.9
TOP_K = 40
UNREPEATED_TOKENS = 4  # without it, "a picture of a picture of a picture" at low temperatures
REPETITION_PENALTY = 1.2
COLD_REPETITION_PENALTY = 1.45
PENALISED_STRETCH = 256
"""With these a text turns in circles about as much as people's do, at every temperature from 0.1 to
1 (docs/training.md has the figures)."""


@dataclass(frozen=True)
class Naming:
    """What nobody can work out from the weights."""

    name: str
    base_model: str = ""  # empty: what the checkpoint notes of its beginning
    license_weights: str = "not stated"
    license_corpus: str = "not stated"


@dataclass(frozen=True)
class Index:
    """`originality.bin`, and how far it can be believed."""

    file: Path
    bits: int  # of a word's code
    words: int  # of the corpus
    found_too_long: float  # share of the held-out documents credited with too long a run
    documents: int  # held-out documents looked at


@dataclass(frozen=True)
class Origin:
    """What a bundle is made from."""

    naming: Naming
    model: GPT2LMHeadModel
    prepared: Prepared
    index: Index


@dataclass(frozen=True)
class Weights:
    """How the matrices are stored."""

    bits: str  # as the operator asked for them: mixed, 4 or 8
    in_8_bits: list[str]  # those matrices; all others have 4
    bits_per_weight: float  # over all matrices, scales and padding included


@dataclass(frozen=True)
class HeldOut:
    """Text that was never learned from, predicted by the original and by what ships."""

    perplexity_original: float
    perplexity_quantised: float
    bits_per_character_original: float
    bits_per_character_quantised: float
    documents: int
    tokens: int
    text: str | None = None  # its SHA-256; None where only a part of it was measured
    unseen: bool = True  # False: the model's own training, elsewhere, may have had it


@dataclass(frozen=True)
class Findings:
    """What was measured of a finished bundle, and what is pinned for those that replace it."""

    held_out: HeldOut
    written: Mapping[str, float | int]  # figures of a few texts
    floors: Mapping[str, Mapping[str, float]]  # figure → at_most or at_least → bound


def weights_of(chosen: Mapping[str, Rounded], bits: str) -> Weights:
    """Tell how the matrices came to be stored."""
    stored = sum(matrix.size for matrix in chosen.values())
    count = sum(matrix.levels.numel() for matrix in chosen.values())
    return Weights(
        bits=bits,
        in_8_bits=[name for name, matrix in chosen.items() if matrix.bits == 8],
        bits_per_weight=round(8 * stored / count, 3),
    )


def write_description(
    folder: Path, origin: Origin, weights: Weights, findings: Findings | None
) -> None:
    """Write `bundle.json` for all other files of the folder; None: nothing was measured yet."""
    files = {
        path.name: sha256_of(path) for path in sorted(folder.iterdir()) if path.name != DESCRIPTION
    }
    description = describe(origin, weights, findings, files)
    text = json.dumps(description, indent=2, ensure_ascii=False)
    (folder / DESCRIPTION).write_text(f"{text}\n", encoding="utf-8")


def describe(
    origin: Origin, weights: Weights, findings: Findings | None, files: dict[str, str]
) -> dict[str, Any]:
    """Return the content of `bundle.json`."""
    naming, model, manifest = origin.naming, origin.model, origin.prepared.manifest
    config = model.config
    return {
        "format": FORMAT,
        "name": naming.name,
        "base_model": naming.base_model,
        "license": {"weights": naming.license_weights, "corpus": naming.license_corpus},
        "architecture": config.model_type,
        "parameters": model.num_parameters(),
        "layers": config.n_layer,
        "heads": config.n_head,
        "width": config.n_embd,
        "context_length": config.n_positions,
        "vocabulary": config.vocab_size,
        "end_of_text_id": manifest.end_of_text_id,
        "sampling": sampling_defaults(manifest, config.n_positions),
        "decades": decades_to_offer(manifest),
        "files": files,
        "weights": asdict(weights),
        "held_out": asdict(findings.held_out) if findings else None,
        "written": dict(findings.written) if findings else None,
        "floors": dict(findings.floors) if findings else {},
        "originality": {
            "bits": origin.index.bits,
            "words": origin.index.words,
            "found_too_long": origin.index.found_too_long,
            "documents": origin.index.documents,
        },
        "corpus": {
            "books": len(manifest.train.books),
            "documents": manifest.train.documents,
            "words": manifest.train.words,
            "tokens": manifest.train.tokens,
            "characters": manifest.train.characters,
        },
        "created": datetime.now(UTC).date().isoformat(),
    }


def sampling_defaults(manifest: Manifest, context: int) -> dict[str, float | int]:
    """Return how to sample so that a review has the corpus's 400 to 600 words."""
    tokens_a_word = manifest.train.tokens / manifest.train.words
    most = min(math.ceil(LONGEST_DOCUMENT * tokens_a_word), int(LONGEST_REVIEW * context))
    return {
        "top_p": TOP_P,
        "top_k": TOP_K,
        "repetition_penalty": REPETITION_PENALTY,
        "cold_repetition_penalty": COLD_REPETITION_PENALTY,
        "penalised_stretch": PENALISED_STRETCH,
        "unrepeated_tokens": UNREPEATED_TOKENS,
        "min_tokens": min(math.ceil(SHORTEST_DOCUMENT * tokens_a_word), most),
        "max_tokens": most,
    }


def decades_to_offer(manifest: Manifest) -> list[str]:
    """Return the decades that enough of the training documents stem from."""
    least = SMALLEST_DECADE * manifest.train.documents
    return [decade for decade, documents in manifest.decades.items() if documents >= least]
