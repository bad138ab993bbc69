"""A whole run: files made, starts and rounds of each shape, everything kept as it comes."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from artreview.errors import ArtReviewError
from bench.convert import convert_all
from bench.errors import PeerFailed
from bench.kinds import KINDS, REFERENCE, SHIPPED
from bench.machine import instructions, machine_facts, versions
from bench.place import SHIPPED_BUNDLE, Place
from bench.plan import entries_of, shipped_entries
from bench.results import Results, Shipped, save
from bench.rounds import measure_rounds
from bench.run_parts import Run
from bench.shapes import SHAPES, Shape
from bench.starts import measure_starts
from functions.generate.bundle import Bundle, load_bundle
from functions.generate.network.kernels.build import BuildError, build


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants measured, and the command that said so."""

    command: str
    shapes: list[str]
    engines: list[str]
    rounds: int
    threads: int


def measure(place: Place, wish: Wish, say: Callable[[str], None]) -> Results:
    """Measure, and return everything found; it is also saved after each shape.

    PyTorch in fp32 always takes part, because the others are compared with it. Raises PeerFailed
    where our own kernels cannot be compiled.
    """
    try:
        say(f"kernels: {build().name}")
    except BuildError as error:
        raise PeerFailed(f"our kernels cannot be compiled: {error}") from error
    results = Results(
        command=wish.command,
        date=datetime.now(UTC).date().isoformat(),
        threads=wish.threads,
        rounds=wish.rounds,
        shapes=[SHAPES[name] for name in wish.shapes],
        machine=machine_facts(),
        versions=versions(),
    )
    run = Run(place, results, say, _shipped_bundle(say))
    for shape in results.shapes:
        _measure_shape(run, shape, [REFERENCE, *wish.engines])
        save(results, place.results)
    _measure_shipped(run)
    save(results, place.results)
    return results


def _measure_shape(run: Run, shape: Shape, names: list[str]) -> None:
    run.say(f"{shape.name}: making files")
    kinds = [kind for name, kind in KINDS.items() if name in names]
    for name, reason in convert_all(kinds, shape, run.place, run.results.threads).items():
        run.fail(shape, KINDS[name], reason)
    entries = [
        entry
        for entry in entries_of(names, run.results.threads, instructions())
        if not run.has_failed(shape, entry.kind)
    ]
    measure_starts(run, shape, entries)
    measure_rounds(run, shape, entries)


def _shipped_bundle(say: Callable[[str], None]) -> Bundle | None:
    try:
        return load_bundle(SHIPPED_BUNDLE)
    except ArtReviewError as error:
        say(f"the bundle that ships is not measured: {error}")
        return None


def _measure_shipped(run: Run) -> None:
    if run.bundle is None:
        return
    shape = _shape_of(run.bundle)
    run.results.shipped = Shipped(shape, _held_out())
    entries = shipped_entries(run.results.threads)
    measure_starts(run, shape, entries)
    measure_rounds(run, shape, entries)
    if run.has_failed(shape, SHIPPED):
        run.results.shipped = None


def _shape_of(bundle: Bundle) -> Shape:
    return Shape(
        name=bundle.name,
        layers=bundle.layers,
        heads=bundle.heads,
        width=bundle.width,
        vocabulary=bundle.vocabulary,
        context=bundle.context_length,
    )


def _held_out() -> dict[str, Any]:
    """Return the held-out figures that the bundle's export wrote into it."""
    facts = json.loads((SHIPPED_BUNDLE / "bundle.json").read_bytes())
    return dict(facts.get("held_out", {}))
