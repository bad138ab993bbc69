"""What a model's training began from, noted in its configuration so that no export has to guess."""

from pathlib import Path

from transformers import GPT2Config

from training.bundle import ADOPTED_FROM

BEGAN_FROM = "began_from"
FROM_SCRATCH = "none (trained from scratch)"
"""What a bundle says that began from no other model."""

_NOT_STATED = "not stated"


def note_beginning(config: GPT2Config, source: str | Path | None) -> None:
    """Note where a training begins: nowhere, or with a model, of which the first name is kept.

    A folder's path says nothing to others and is not noted; a name on the hub does.
    """
    earlier = beginning_of(config)
    if source is None:
        beginning = FROM_SCRATCH
    elif earlier != _NOT_STATED:
        beginning = earlier
    else:
        beginning = _NOT_STATED if Path(source).exists() else str(source)
    setattr(config, BEGAN_FROM, beginning)


def beginning_of(config: GPT2Config) -> str:
    """Return what was noted, by a training here or an adoption."""
    if hasattr(config, BEGAN_FROM):
        return str(getattr(config, BEGAN_FROM))
    if hasattr(config, ADOPTED_FROM):
        return f"a checkpoint of {getattr(config, ADOPTED_FROM)}"
    return _NOT_STATED
