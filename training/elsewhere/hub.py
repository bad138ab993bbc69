"""Models by their name on the hub: fetched as files, before anything is read.

Only weights, settings and vocabularies are fetched; nothing that could run is.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

from training.errors import CheckpointError
from training.pretrained import located, why

_SETTINGS = ("*.json", "merges.txt", "vocab.bpe")
_SAFE, _PICKLED = "*.safetensors", "pytorch_model*.bin"

Fetch = Callable[[str, Sequence[str]], Path]
"""Fetches the files of a model whose names match, and returns the folder they are in."""


def local_folder(source: str, fetch: Fetch | None = None) -> Path:
    """Return the folder that is meant: a local one as it is, else the hub's model of that name.

    Raises SettingsError for what is neither here nor a name, CheckpointError where the hub fails.
    """
    where = located(source)
    if isinstance(where, Path):
        return where
    fetch = fetch or _from_hub
    fetched = fetch(where, (*_SETTINGS, _SAFE))
    if not any(fetched.glob(_SAFE)):
        fetched = fetch(where, (*_SETTINGS, _PICKLED))
    return fetched


def _from_hub(name: str, patterns: Sequence[str]) -> Path:
    try:
        return Path(snapshot_download(name, allow_patterns=list(patterns)))
    except (HfHubHTTPError, LocalEntryNotFoundError, HFValidationError, OSError) as error:
        raise CheckpointError(
            f"{name} is no folder here, and cannot be had from the hub ({why(error)}): "
            "give a folder"
        ) from error
