"""What a worker is started for."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.kinds import Kind
from bench.shapes import Shape


@dataclass(frozen=True, slots=True)
class Job:
    """An engine, its model's shape and files, its threads, and room for so many texts."""

    kind: Kind
    shape: Shape
    folder: Path
    threads: int
    places: int

    def to_json(self) -> str:
        """Return it as one argument of a command."""
        return json.dumps(asdict(self), default=str)

    @classmethod
    def from_json(cls, text: str) -> "Job":
        """Return what `to_json` wrote."""
        fields: dict[str, Any] = json.loads(text)
        kind, shape = Kind(**fields.pop("kind")), Shape(**fields.pop("shape"))
        return cls(kind=kind, shape=shape, folder=Path(fields.pop("folder")), **fields)

    def files(self) -> list[Path]:
        """Return the model's files."""
        return [path for path in self.folder.rglob("*") if path.is_file()]
