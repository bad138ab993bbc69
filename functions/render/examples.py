"""The examples: reviews that the bundled model has written, kept beside the pages."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Example:
    """One of them, with all that it takes to write it again."""

    prompt: str
    eccentricity: int
    seed: int
    model: str
    model_hash: str
    decade: str
    text: str


def read_examples(path: Path) -> tuple[Example, ...]:
    """Return the examples in the file, or none where there is no file."""
    if not path.is_file():
        return ()
    return tuple(Example(**example) for example in json.loads(path.read_text("utf-8")))
