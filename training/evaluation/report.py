"""The report as data: everything that the page and the model card show, as `report.json`."""

import json
import types
from dataclasses import MISSING, asdict, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from training.errors import EvaluationError
from training.evaluation.copying import Copying
from training.evaluation.curves import Curves
from training.evaluation.decades import DecadeFigures
from training.evaluation.figures import TextFigures
from training.evaluation.groups import GroupName
from training.evaluation.perplexity import Perplexity
from training.whole_file import write_whole

FORMAT = 1
Kind = TypeVar("Kind")


@dataclass(frozen=True)
class ModelFacts:
    """What the bundle says of itself."""

    name: str
    hash: str
    base_model: str
    created: str
    parameters: int
    layers: int
    heads: int
    width: int
    context_length: int
    vocabulary: int
    bits_per_weight: float
    license_of_weights: str
    license_of_corpus: str
    sampling: dict[str, float]
    decades: list[str]
    most_shared_words: int
    """So many words in a row a text may share with the corpus where it is steered."""
    found_too_long: float
    """The share of texts whose longest run the index of the corpus takes for longer than it is."""
    unseen: bool = True
    """False: the model's own training, elsewhere, may have had the held-out text."""


@dataclass(frozen=True)
class CorpusFacts:
    """A part of the corpus."""

    books: list[str]
    documents: int
    words: int
    tokens: int
    reviews: int = 0
    leaks_dropped: int = 0
    """Held-out documents that were left out, because the training part has them."""


@dataclass(frozen=True)
class Settings:
    """How was measured."""

    samples: int
    """Of each eccentricity."""
    compared: int
    """Texts of each group for figures that depend on their number."""
    prompt_words: int
    first_seed: int
    rows: int
    base: str | None
    """The hash of the base model's weights; None where there was none."""
    checkpoint: str | None


@dataclass(frozen=True)
class Shown:
    """A text to read."""

    group: GroupName
    seed: int | None
    opening: str
    text: str


@dataclass(frozen=True)
class Report:
    """All of it."""

    format: int
    model: ModelFacts
    train: CorpusFacts
    held_out: CorpusFacts
    settings: Settings
    perplexities: list[Perplexity]
    figures: list[TextFigures]
    copying: list[Copying]
    decades: DecadeFigures | None
    """None where the held-out text shows no decade, or the bundle knows fewer than two."""
    curves: Curves | None
    """None where no run was given."""
    shown: list[Shown]


def write_report(report: Report, path: Path) -> None:
    """Write the report as JSON; it is whole or not there. Raises StorageError."""
    write_whole(path, json_of(report))


def json_of(report: Report) -> str:
    """Return the report as JSON, figures with six digits behind the point."""
    return json.dumps(_rounded(asdict(report)), indent=1, ensure_ascii=False) + "\n"


def read_report(path: Path) -> Report:
    """Read a report. Raises EvaluationError."""
    try:
        values = json.loads(path.read_text("utf-8"))
        if values["format"] != FORMAT:
            raise ValueError(f"its format is {values['format']}, this program reads {FORMAT}")  # noqa: TRY301 - told as the others are
        return decoded(Report, values)
    except OSError as error:
        raise EvaluationError(
            f"{path} cannot be read ({error.strerror}): "
            "give the report.json that `python -m training evaluate` wrote"
        ) from error
    except (ValueError, TypeError, KeyError) as error:
        raise EvaluationError(
            f"{path} is no report ({error}): run `python -m training evaluate` again"
        ) from error


def decoded(kind: type[Kind], values: Any) -> Kind:  # noqa: ANN401 - JSON may be anything
    """Return the dataclass that `asdict` made these values of. Raises TypeError, KeyError.

    A value that an older program did not write is the field's default, where it has one.
    """
    hints = get_type_hints(kind)
    names = [
        field.name
        for field in fields(kind)  # type: ignore[arg-type]
        if field.name in values or field.default is MISSING
    ]
    return kind(**{name: _decoded(hints[name], values[name], name) for name in names})


def _decoded(kind: Any, value: Any, name: str) -> Any:  # noqa: ANN401 - any field's type
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if value is None else _decoded(inner[0], value, name)
    if origin is list:
        return [_decoded(inner[0], element, name) for element in _of(list, value, name)]
    if origin is dict:
        return {key: _decoded(inner[1], held, name) for key, held in _of(dict, value, name).items()}
    if isinstance(kind, type) and is_dataclass(kind):
        return decoded(kind, _of(dict, value, name))
    return float(_of(int | float, value, name)) if kind is float else _of(kind, value, name)


def _of(kind: Any, value: Any, name: str) -> Any:  # noqa: ANN401 - any field's type
    if not isinstance(value, kind):
        raise TypeError(f"{name} is {value!r}")
    return value


def _rounded(value: Any) -> Any:  # noqa: ANN401 - any field's type
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: _rounded(held) for key, held in value.items()}
    if isinstance(value, list):
        return [_rounded(element) for element in value]
    return value
