"""The bundle that is measured, opened and checked against the corpus that it is measured on."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import GPT2LMHeadModel

from functions.generate.bundle import Bundle, load_bundle
from functions.generate.errors import BundleRefused
from training.elsewhere.hub import Fetch, local_folder
from training.errors import EvaluationError
from training.files import sha256_of
from training.model import load_model
from training.prepared import Prepared
from training.pretrained import located
from training.tokenizer import open_tokenizer


@dataclass(frozen=True)
class Measured:
    """A bundle, what it says about itself, and the corpus that it learned from."""

    bundle: Bundle
    description: dict[str, Any]  # bundle.json
    prepared: Prepared


def open_measured(folder: Path, prepared: Prepared) -> Measured:
    """Open a bundle. Raises EvaluationError where it is none, or one of another corpus."""
    try:
        bundle = load_bundle(folder)
    except BundleRefused as error:
        raise EvaluationError(f"--bundle must name a whole bundle: {error}") from error
    description = json.loads((folder / "bundle.json").read_text("utf-8"))
    if sha256_of(bundle.tokenizer_file) != sha256_of(prepared.folder / "tokenizer.json"):
        raise EvaluationError(
            f"{folder} has another tokenizer than {prepared.folder}: "
            "give --data the folder that the bundle's model was trained on"
        )
    train = prepared.manifest.train
    told = {name: description["corpus"].get(name) for name in ("documents", "words", "tokens")}
    found = {"documents": train.documents, "words": train.words, "tokens": train.tokens}
    if told != found:
        raise EvaluationError(
            f"{folder} was trained on {_sizes(told)}, and {prepared.folder} has {_sizes(found)}: "
            "what is held out there may be what the model learned from; "
            "give --data the folder that it was trained on"
        )
    return Measured(bundle, description, prepared)


def base_folder(source: str, fetch: Fetch | None = None) -> Path:
    """Return the folder of a model that is here, or of the hub's, found as `finetune --from` does.

    Raises SettingsError where it can be neither, CheckpointError where the hub has it not.
    """
    where = located(source)
    return where if isinstance(where, Path) else local_folder(where, fetch)


def open_weights(folder: Path, measured: Measured) -> GPT2LMHeadModel:
    """Load a transformers folder that reads the bundle's tokens. Raises TrainingError."""
    model = load_model(folder)
    bundle = measured.bundle
    size, context = model.config.vocab_size, model.config.n_positions
    if size != bundle.vocabulary or context < bundle.context_length:
        raise EvaluationError(
            f"{folder} has a vocabulary of {size} and a context of {context}; beside "
            f"{bundle.folder} it needs {bundle.vocabulary} and at least {bundle.context_length}"
        )
    own = folder / "tokenizer.json"
    if own.is_file():
        vocabulary = open_tokenizer(own).get_vocab()
        if vocabulary != measured.prepared.tokenizer.get_vocab():
            raise EvaluationError(
                f"{folder} has another tokenizer than {bundle.folder}: "
                "give the model that the bundle's training began from, or its checkpoint"
            )
    return model


def fingerprint(folder: Path) -> str:
    """Return 12 hexadecimal digits that tell the weights of a transformers folder from others."""
    files = sorted((*folder.glob("*.safetensors"), *folder.glob("*.bin"), folder / "config.json"))
    hashes = "".join(sha256_of(path) for path in files)
    return hashlib.sha256(hashes.encode("ascii")).hexdigest()[:12]


def _sizes(sizes: dict[str, Any]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sizes.items())
