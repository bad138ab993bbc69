"""What a run has found: every raw number, as it lies in `.bench/results.json`."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.errors import ResultsMissing
from bench.shapes import Shape

FORMAT = 3

NEAR, FAR = 32, 900
"""The positions that are measured: near a text's start, and behind the end of a review."""
BATCHES = (1, 4, 8)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some steps of one engine, in one round."""

    shape: str
    engine: str
    threads: int
    batch: int
    position: int
    round: int
    steps: int
    seconds: float
    others: float | None = None
    """Which part of the processors' time other processes had meanwhile."""

    @property
    def tokens_per_second(self) -> float:
        """Tokens of all texts together."""
        return self.batch * self.steps / self.seconds


@dataclass(frozen=True, slots=True)
class Started:
    """A fresh process: how long it took, and what memory it has had when texts grew long.

    `peak_megabytes` is None where only the time was taken.
    """

    shape: str
    engine: str
    threads: int
    batch: int
    first_token_seconds: float
    import_seconds: float
    load_seconds: float
    peak_megabytes: float | None


@dataclass(frozen=True, slots=True)
class Failure:
    """An engine that has no numbers, and why."""

    shape: str
    engine: str
    reason: str


@dataclass(frozen=True, slots=True)
class Bandwidth:
    """How fast the memory was read in a round."""

    shape: str
    round: int
    bytes_per_second: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """What single draws of a token took, at GPT-2's vocabulary, with one way of sampling."""

    temperature: float
    top_p: float
    top_k: int
    seconds: list[float]


@dataclass(frozen=True, slots=True)
class Turn:
    """Our own engine's speeds a second apart, in tokens a second, and a draw of a token beside.

    The draw is as the shipped bundle asks for it, at the slowest temperature.
    """

    shape: str
    far: float
    """One text at 900."""
    one: float
    """One text at 32, as are the two below."""
    four: float
    eight: float
    draw_seconds: float

    def drawing_share(self, texts: int) -> float:
        """Return which part of a step of so many texts goes into drawing their tokens."""
        speed = {1: self.one, 4: self.four, 8: self.eight}[texts]
        drawing = texts * self.draw_seconds
        return drawing / (texts / speed + drawing)


@dataclass(frozen=True, slots=True)
class Shipped:
    """The bundle that ships, and what its `bundle.json` tells of its quality."""

    shape: Shape
    held_out: dict[str, float]


@dataclass(slots=True)
class Results:
    """A run."""

    command: str
    date: str
    threads: int
    rounds: int
    shapes: list[Shape]
    machine: dict[str, str]
    versions: dict[str, str]
    shipped: Shipped | None = None
    stretches: list[Stretch] = field(default_factory=list)
    starts: list[Started] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    bandwidths: list[Bandwidth] = field(default_factory=list)
    correlations: dict[str, dict[str, float]] = field(default_factory=dict)
    """Shape → engine → of its logits with PyTorch's."""
    handler_import_seconds: list[float] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)

    def shape_names(self) -> list[str]:
        """Return the names of all models that were measured."""
        shipped = [self.shipped.shape.name] if self.shipped else []
        return [shape.name for shape in self.shapes] + shipped


def save(results: Results, path: Path) -> None:
    """Write everything."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"format": FORMAT} | asdict(results)
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> Results:
    """Read what `save` wrote. Raises ResultsMissing."""
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise ResultsMissing(
            f"{path} does not exist; `make bench` measures and writes it"
        ) from error
    except ValueError as error:
        raise ResultsMissing(f"{path} is not JSON; `make bench` writes it anew") from error
    found = content.pop("format", None) if isinstance(content, dict) else None
    if found != FORMAT:
        raise ResultsMissing(
            f"{path} has the format {found}, {FORMAT} is read; `make bench` writes it anew"
        )
    return _results(content)


def _results(content: dict[str, Any]) -> Results:
    shipped = content["shipped"]
    if shipped:
        content["shipped"] = Shipped(Shape(**shipped["shape"]), shipped["held_out"])
    kinds: dict[str, Callable[..., Any]] = {
        "shapes": Shape,
        "stretches": Stretch,
        "starts": Started,
        "failures": Failure,
        "bandwidths": Bandwidth,
        "drawings": Drawing,
        "turns": Turn,
    }
    for name, kind in kinds.items():
        content[name] = [kind(**entry) for entry in content[name]]
    return Results(**content)
