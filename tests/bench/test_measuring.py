"""What measures: the stopwatch, the order of the rounds, the rounding, the agreement."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.agreement import Logits, check
from bench.clock import Notebook, Stopwatch
from bench.errors import PeerFailed
from bench.hand import Hand
from bench.job import Job
from bench.kinds import KINDS, OURS, REFERENCE, SHIPPED, maker_of
from bench.nearest import rounded
from bench.neighbours import Ticks, share_of_others
from bench.place import SHIPPED_BUNDLE, Place
from bench.plan import CELLS, Cell, Entry, entries_of, order_of
from bench.results import Results, Stretch
from bench.rounds import _Race, hopeless
from bench.run_parts import Run
from bench.shapes import SHAPES
from bench.text import text_of
from bench.turns import TURNS, measure_turns
from functions.generate.bundle import load_bundle
from training.packing import unpacked


class Tick:
    """A clock that goes on by a tenth of a second each time it is looked at."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self) -> float:
        """Return the time."""
        self.looks += 1
        return self.looks * 0.1


def test_a_stopwatch_leaves_out_the_first_step() -> None:
    """It warms up; the others count until they were many and long enough."""
    watch = Stopwatch(Tick(), least_seconds=0.45, least_steps=2, most_steps=64)
    calls = 1
    while not watch([7]):
        calls += 1
    assert (calls, watch.steps) == (6, 5)
    assert watch.seconds == pytest.approx(0.5)


def test_a_stopwatch_stops_where_the_text_would_end() -> None:
    """Fast engines do not run out of the context."""
    watch = Stopwatch(Tick(), least_seconds=99, least_steps=2, most_steps=4)
    while not watch([7]):
        pass
    assert watch.steps == 4


def test_others_share_of_the_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two processors' 2 s, this process had 1.2 s and others 0.4 s: a fifth."""
    monkeypatch.setattr("bench.neighbours.os.cpu_count", lambda: 2)
    monkeypatch.setattr("bench.neighbours.os.sysconf", lambda _: 100)
    assert share_of_others(Ticks(1000, 50), Ticks(1160, 170), 1.0) == pytest.approx(0.2)
    assert share_of_others(None, Ticks(0, 0), 1.0) is None


def test_every_round_has_an_order_of_its_own() -> None:
    """Nobody always comes behind the same other; the same run is the same again."""
    entries = entries_of(list(KINDS), 2, ["bf16"])
    assert entries[0].kind.name == REFERENCE
    orders = [order_of(entries, CELLS[0], number) for number in range(5)]
    assert len({tuple(entry.name for entry in order) for order in orders}) == 5
    assert orders[0] == order_of(entries, CELLS[0], 0)


def test_fewer_threads_are_measured_for_the_costs_alone() -> None:
    """Ours with one thread takes part where the cost table asks for it."""
    names = [entry.name for entry in order_of(entries_of([OURS], 2, []), Cell(4, 32), 0)]
    assert sorted(names) == ["ours-4", "ours-4/1"]
    assert [entry.name for entry in order_of(entries_of([OURS], 2, []), Cell(8, 32), 0)] == [
        "ours-4"
    ]


def test_only_who_is_far_behind_everywhere_sits_out() -> None:
    """One bad moment does not put a fast engine out of the race."""
    speeds = {"fast": (100.0, 400.0), "robbed": (4.0, 300.0), "slow": (9.0, 39.0)}
    stretches = [
        Stretch("124M", engine, 2, batch, 32, 0, steps=1, seconds=batch / speed)
        for engine, both in speeds.items()
        for batch, speed in zip((1, 4), both, strict=True)
    ]
    assert hopeless(stretches) == {("slow", 2)}


def test_a_format_that_the_processor_does_not_know_is_measured_near_the_start() -> None:
    """Its far cells stay empty; all other engines are measured in both."""
    strangers = {
        entry.kind.name
        for entry in entries_of(list(KINDS), 2, ["avx2"])
        if 900 not in entry.positions
    }
    assert strangers == {"pytorch-bf16"}
    assert all(900 in entry.positions for entry in entries_of(list(KINDS), 2, ["amx_bf16"]))
    far = order_of(entries_of(list(KINDS), 2, []), Cell(1, 900), 0)
    assert "pytorch-bf16" not in {entry.kind.name for entry in far}


@pytest.mark.parametrize("bits", [4, 8])
def test_rounding_to_nearest(bits: int) -> None:
    """No weight is further off than half a step of its block; a block of zeros stays zero."""
    weights = np.random.default_rng(1).normal(0, 0.02, (3, 200)).astype(np.float32)
    weights[1, :128] = 0
    blocks, scales = rounded(weights, bits)
    size = 128 if bits == 4 else 64
    steps = np.repeat(scales, size, axis=1)[:, :200]
    found = unpacked(blocks, bits, 200) * steps
    assert np.all(np.abs(found - weights) <= steps / 2 + 1e-9)
    assert not found[1, :128].any()


def test_the_text_is_the_same_for_all_and_has_no_end() -> None:
    """An engine that stops at the end-of-text token never meets it."""
    shape = SHAPES["tiny"]
    text = text_of(shape)
    assert text == text_of(shape)
    assert len(text) == shape.context
    assert max(text) < shape.vocabulary - 1


def test_parameters_are_those_of_gpt2() -> None:
    """The shapes are GPT-2 small and medium, whose sizes are known."""
    assert SHAPES["124M"].parameters == 124_439_808
    assert SHAPES["355M"].parameters == 354_823_168


def test_a_step_reads_weights_once_and_each_texts_cache() -> None:
    """124M in 4 bits: 0.53125 bytes a weight; keys and values in 8 bits with a scale a head."""
    shape, kind = SHAPES["124M"], KINDS[OURS]
    weights = 123_532_032 * 0.53125 + (12 * 13 + 3) * 768 * 4
    one_text = 2 * 12 * 768 * 33 * 1.0625
    assert kind.step_bytes(shape, 1, 32) == pytest.approx(weights + one_text)
    assert kind.step_bytes(shape, 8, 32) == pytest.approx(weights + 8 * one_text)


def test_kinds_of_one_source_share_their_files(tmp_path: Path) -> None:
    """PyTorch's two number formats read one checkpoint, our two networks one bundle."""
    place = Place(tmp_path)
    shape = SHAPES["tiny"]
    assert place.files(KINDS[REFERENCE], shape) == place.files(KINDS["pytorch-bf16"], shape)
    assert place.files(KINDS[OURS], shape) == place.files(KINDS["ours-graph"], shape)
    assert place.files(KINDS[OURS], shape) != place.files(KINDS[OURS], SHAPES["124M"])
    assert maker_of("checkpoint").name == REFERENCE


def test_a_job_survives_its_way_to_the_worker(tmp_path: Path) -> None:
    """What a worker is told is what was meant."""
    job = Job(SHIPPED, SHAPES["tiny"], tmp_path, 2, 8)
    found = Job.from_json(job.to_json())
    assert (found.kind.name, found.shape, found.folder) == ("shipped", job.shape, job.folder)
    assert (found.threads, found.places) == (2, 8)


class FakeHand(Hand):
    """A worker that writes the tokens it was given."""

    def __init__(self, tokens: list[int]) -> None:
        self._tokens = tokens

    def ask(self, **order: object) -> dict[str, Any]:
        """Answer every order with the tokens."""
        notebook = Notebook(1)
        notebook(self._tokens)
        return {"tokens": notebook.tokens, "order": order}


class SteadyHand(Hand):
    """A worker whose steps all take a hundredth of a second, until it is killed."""

    def __init__(self, answers: int) -> None:
        self.answers = answers
        self.orders: list[tuple[object, object]] = []

    def ask(self, **order: object) -> dict[str, Any]:
        """Note the order; answer ten steps in a tenth of a second."""
        if len(self.orders) == self.answers:
            raise PeerFailed("killed")
        self.orders.append((order["batch"], order["position"]))
        return {"steps": 10, "seconds": 0.1}


def test_a_turn_asks_for_each_cell_that_a_ratio_is_taken_of() -> None:
    """Its speeds are tokens of all texts together, so eight texts make eight times as many."""
    hand = SteadyHand(answers=100)
    turns = measure_turns(hand, "tiny", load_bundle(SHIPPED_BUNDLE).sampling)
    assert hand.orders == TURNS * [(1, 900), (1, 32), (4, 32), (8, 32)]
    assert all(turn.draw_seconds > 0 for turn in turns)
    assert [(turn.far, turn.one, turn.four, turn.eight) for turn in turns] == TURNS * [
        pytest.approx((100, 100, 400, 800))
    ]


def test_an_engine_that_dies_in_its_turns_has_no_more_numbers(tmp_path: Path) -> None:
    """The bench goes on without it, and names it."""
    results = Results("bench", "today", 1, 1, [SHAPES["tiny"]], {}, {})
    run = Run(Place(tmp_path), results, lambda _: None, load_bundle(SHIPPED_BUNDLE))
    ours = Entry(KINDS[OURS], 1)
    race = _Race(run, SHAPES["tiny"], {ours: SteadyHand(answers=5)})
    race.measure_our_turns()
    assert [(one.engine, one.reason) for one in results.failures] == [(OURS, "killed")]
    assert (race.hands, results.turns) == ({}, [])


RIGHT: Logits = {position: np.arange(50, dtype=np.float32) for position in (32, 900)}


def test_an_engine_that_agrees_is_admitted() -> None:
    """Its correlation is noted."""
    found = check(FakeHand([49] * 4), KINDS[OURS], RIGHT, RIGHT)
    assert found == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("logits", "tokens", "complaint"),
    [
        (-np.arange(50, dtype=np.float32), [49] * 4, "correlate with PyTorch's by -1.0"),
        (np.full(50, np.nan, dtype=np.float32), [49] * 4, "by nan"),
        (np.arange(50, dtype=np.float32), [3] * 4, "read at once, it finds"),
        (np.arange(50, dtype=np.float32), [49, 49, 48, 49], "for 4 equal texts"),
    ],
)
def test_an_engine_that_computes_something_else_is_refused(
    logits: np.ndarray[Any, np.dtype[np.float32]], tokens: list[int], complaint: str
) -> None:
    """A wrong engine's speed is no number."""
    found = RIGHT | {900: logits}
    with pytest.raises(PeerFailed, match=complaint):
        check(FakeHand(tokens), KINDS[OURS], found, RIGHT)
