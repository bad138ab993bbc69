"""The bench's own processes, on a shape that takes seconds."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from bench.agreement import logits_of
from bench.convert import convert_all
from bench.errors import PeerFailed
from bench.hand import Hand, at_hand
from bench.job import Job
from bench.kinds import KINDS, OURS, REFERENCE
from bench.place import Place
from bench.plan import STEPS
from bench.shapes import SHAPES

SHAPE = SHAPES["tiny"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Return a folder with the files of PyTorch and of our engine, from the same weights."""
    place = Place(tmp_path_factory.mktemp("bench"))
    assert convert_all([KINDS[REFERENCE], KINDS[OURS]], SHAPE, place, 1) == {}
    return place


@pytest.fixture(scope="module")
def hands(place: Place) -> Iterator[Mapping[str, Hand]]:
    """Return a running worker of each, with room for eight texts: PyTorch takes long to start."""
    with ExitStack() as stack:
        started = {}
        for name in (OURS, REFERENCE):
            kind = KINDS[name]
            job = Job(kind, SHAPE, place.files(kind, SHAPE), threads=1, places=8)
            started[name] = stack.enter_context(at_hand(job, place.log(kind, SHAPE)))
        yield started


@pytest.mark.parametrize("name", [OURS, REFERENCE])
def test_a_worker_measures_what_it_is_asked_for(hands: Mapping[str, Hand], name: str) -> None:
    """It answers each order, and tells what its start took and what memory it has had."""
    hand = hands[name]
    took = hand.ask(do="measure", batch=8, position=32, least_seconds=0.0, steps=STEPS)
    memory = hand.ask(do="memory")
    assert STEPS[0] <= took["steps"] <= STEPS[1]
    assert took["seconds"] > 0
    assert memory["peak_megabytes"] > 10
    start = hand.start
    assert 0 < start.load_seconds < start.first_token_seconds


def test_workers_of_the_same_weights_predict_alike(place: Place, hands: Mapping[str, Hand]) -> None:
    """What is compared are two engines on one model, far and near."""
    found = [logits_of(hands[name], name, SHAPE, place, (32, 900)) for name in (REFERENCE, OURS)]
    for theirs, mine in zip(*(one.values() for one in found), strict=True):
        assert np.corrcoef(np.ravel(theirs), np.ravel(mine))[0, 1] > 0.95


def test_a_worker_that_cannot_start_says_why(place: Place, tmp_path: Path) -> None:
    """Its last words are the reason."""
    kind = KINDS[OURS]
    job = Job(kind, SHAPE, tmp_path / "nothing", threads=1, places=1)
    with (
        pytest.raises(PeerFailed, match=r"bundle\.json"),
        at_hand(job, place.log(kind, SHAPE)),
    ):
        pass
