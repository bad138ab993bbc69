"""Where the bench keeps what it makes: all under one folder, which git passes over."""

import hashlib
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.kinds import Kind, maker_of
from bench.shapes import SEED, Shape

ROOT = Path(__file__).parents[1]
SHIPPED_BUNDLE = ROOT / "functions" / "generate" / "model"
REPORT = ROOT / "bench" / "results.md"
OPERATING = ROOT / "docs" / "operating.md"
_FUNCTIONS = (str(ROOT), str(ROOT / "layers" / "shared" / "python"))
"""Where Python finds the functions and their layer, which AWS adds to its path."""


@dataclass(frozen=True, slots=True)
class Place:
    """The bench's folder."""

    folder: Path

    @property
    def results(self) -> Path:
        """All raw numbers of the last run."""
        return self.folder / "results.json"

    def files(self, kind: Kind, shape: Shape) -> Path:
        """Where a kind's files are, or belong."""
        return self.files_of_source(kind.source, shape)

    def files_of_source(self, source: str, shape: Shape) -> Path:
        """Where the files of a source are, or belong: elsewhere when what makes them changes."""
        kind = maker_of(source)
        digest = hashlib.sha256(repr((asdict(shape), SEED, kind.variant)).encode())
        for name in sorted({*kind.made_by, f"bench/peers/{kind.module}.py", "bench/checkpoint.py"}):
            digest.update(b"\0" + name.encode() + b"\0" + (ROOT / name).read_bytes())
        return self.folder / shape.name / f"{source}-{digest.hexdigest()[:8]}"

    def log(self, kind: Kind, shape: Shape) -> Path:
        """Where what an engine prints goes."""
        return self.folder / shape.name / f"{kind.name}.log"

    def logits(self, name: str, shape: Shape) -> Path:
        """Where a worker leaves logits for the comparison."""
        return self.folder / shape.name / f"{name}.npy"


def functions_environment() -> dict[str, str]:
    """Return the environment of a process that finds the functions.

    It may keep bytecode, whatever this one may: zips and image bring it, so only the first start
    of a bench compiles.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": os.pathsep.join(_FUNCTIONS)}


def remove_older(files: Path) -> None:
    """Remove what the same source left before its making changed."""
    stem = files.name.rpartition("-")[0]
    for older in files.parent.glob(f"{stem}-????????"):
        if older != files:
            shutil.rmtree(older)
