"""The engine, on small made-up models."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from functions.generate.bundle import Bundle
from functions.generate.engine import Ending, Engine, Event, Request
from functions.generate.errors import PromptRefused
from functions.generate.network.kernel_network import KernelNetwork
from functions.generate.network.reading import Floats, Ids, Wanted
from functions.generate.sampling import Sampling
from tests.generate.networks import Opener, needs_kernels
from tests.generate.tiny import Shape, Tiny, write_tiny

COOL = Sampling(0.7, top_p=0.9, max_tokens=24)
GREEDY = Sampling(0.0, max_tokens=8)


class ScriptedNetwork:
    """Says that after token n of any text comes n + 1; keeps what it was asked to read."""

    def __init__(self, bundle: Bundle, places: int) -> None:
        self.places = places
        self.vocabulary = bundle.vocabulary
        self.read_so_far: list[tuple[list[int], list[int], list[int]]] = []

    def read(self, tokens: Ids, places: Ids, positions: Ids, wanted: Wanted) -> Floats:
        """Return logits that leave no choice."""
        self.read_so_far.append((tokens.tolist(), places.tolist(), positions.tolist()))
        logits = np.zeros((int(wanted.sum()), self.vocabulary), dtype=np.float32)
        logits[np.arange(len(logits)), (tokens[wanted] + 1) % self.vocabulary] = 30.0
        return logits

    def close(self) -> None:
        """Do nothing."""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """Return a made-up bundle: 100 tokens, of which 0 is the end of text, and a context of 80."""
    return write_tiny(tmp_path_factory.mktemp("engine") / "model", Shape(), 4).bundle


@pytest.fixture
def scripted(bundle: Bundle) -> tuple[Engine, ScriptedNetwork]:
    """Return an engine of two places whose network counts up."""
    network = ScriptedNetwork(bundle, places=2)
    return Engine(bundle, network, lambda: 0.0), network


def write(engine: Engine, *requests: Request) -> list[list[int]]:
    """Write all requests to their ends, side by side."""
    numbers = [engine.add(request) for request in requests]
    texts: defaultdict[int, list[int]] = defaultdict(list)
    while events := engine.step():
        for event in events:
            del texts[event.text][len(texts[event.text]) - event.taken_back :]
            if event.token is not None:
                texts[event.text].append(event.token)
    return [texts[number] for number in numbers]


def endings(events: list[Event]) -> dict[int, Ending | None]:
    """Return how each text of a step ended."""
    return {event.text: event.ending for event in events}


def test_tokens_come_one_a_step_and_the_end_is_said(
    scripted: tuple[Engine, ScriptedNetwork],
) -> None:
    """The end-of-text token ends a text and is not part of it; then nothing is left."""
    engine, _ = scripted
    number = engine.add(Request([96], Sampling(0.5), 1))
    assert [engine.step() for _ in range(5)] == [
        [Event(number, 97, None)],
        [Event(number, 98, None)],
        [Event(number, 99, None)],
        [Event(number, None, Ending.END_OF_TEXT)],
        [],
    ]


def test_the_last_token_that_fits_is_said_with_the_ending(
    scripted: tuple[Engine, ScriptedNetwork],
) -> None:
    """Nobody has to ask once more to learn that a text is full."""
    engine, _ = scripted
    number = engine.add(Request([5], Sampling(0.5, max_tokens=2), 1))
    assert engine.step() == [Event(number, 6, None)]
    assert engine.step() == [Event(number, 7, Ending.FULL)]


def test_a_place_is_given_to_the_next(scripted: tuple[Engine, ScriptedNetwork]) -> None:
    """A short text does not wait for a long one: its place is taken in the very next step."""
    engine, network = scripted
    long = engine.add(Request([10, 11], Sampling(0.5, max_tokens=5), 1))
    short = engine.add(Request([20], Sampling(0.5, max_tokens=1), 1))
    waiting = engine.add(Request([30, 31, 32], Sampling(0.5, max_tokens=2), 1))
    assert engine.free_places == -1
    assert endings(engine.step()) == {long: None, short: Ending.FULL}
    assert endings(engine.step()) == {long: None, waiting: None}
    assert network.read_so_far == [
        ([10, 11, 20], [0, 0, 1], [0, 1, 0]),
        ([12, 30, 31, 32], [0, 1, 1, 1], [2, 0, 1, 2]),
    ]
    assert engine.free_places == 0


def test_a_dropped_text_leaves_its_place(scripted: tuple[Engine, ScriptedNetwork]) -> None:
    """Whether it was being written or waiting; a number that is over is no matter."""
    engine, _ = scripted
    first, second, third = (engine.add(Request([10 * n], COOL, 1)) for n in (1, 2, 3))
    engine.step()
    engine.drop(first)
    engine.drop(third)
    engine.drop(first)
    assert engine.free_places == 1
    assert endings(engine.step()) == {second: None}


def test_the_deadline_ends_a_text_cleanly(bundle: Bundle) -> None:
    """One that is past already ends without a token, seated or not; others go on."""
    moment = 100.0
    engine = Engine(bundle, ScriptedNetwork(bundle, places=1), lambda: moment)
    timely = engine.add(Request([5], COOL, 1), deadline=101.0)
    late = engine.add(Request([5], COOL, 1), deadline=99.0)
    assert engine.step() == [Event(late, None, Ending.DEADLINE), Event(timely, 6, None)]
    moment = 101.0
    assert engine.step() == [Event(timely, None, Ending.DEADLINE)]
    assert engine.step() == []


def test_no_room_is_no_text(scripted: tuple[Engine, ScriptedNetwork]) -> None:
    """A text of at most no tokens ends at once, and its neighbour is written."""
    engine, _ = scripted
    empty = engine.add(Request([10], Sampling(1.0, max_tokens=0), 1))
    other = engine.add(Request([10], COOL, 1))
    assert engine.step() == [Event(empty, None, Ending.FULL), Event(other, 11, None)]


def test_no_end_before_the_minimum(bundle: Bundle) -> None:
    """And none after the maximum."""
    engine = Engine(bundle, ScriptedNetwork(bundle, places=1), lambda: 0.0)
    (text,) = write(engine, Request([98], Sampling(1.0, min_tokens=10, max_tokens=12), 1))
    assert 10 <= len(text) <= 12
    assert bundle.end_of_text_id not in text


def test_the_context_is_never_overrun(scripted: tuple[Engine, ScriptedNetwork]) -> None:
    """A prompt longer than the context is read from its end, and the text fills what is left."""
    engine, network = scripted
    endless = Sampling(1.0, min_tokens=10_000, max_tokens=10_000)
    (text,) = write(engine, Request([5] * 200, endless, 1))
    assert len(text) == 40
    assert network.read_so_far[0][2] == list(range(40))
    assert network.read_so_far[-1][2] == [78]


@pytest.mark.parametrize("prompt", [[], [-1], [1, 2, 10**9]])
def test_prompts_that_the_model_cannot_take(
    scripted: tuple[Engine, ScriptedNetwork], prompt: list[int]
) -> None:
    """No tokens, or tokens outside the vocabulary, are refused before anything is run."""
    engine, network = scripted
    with pytest.raises(PromptRefused):
        engine.add(Request(prompt, COOL, 1))
    assert network.read_so_far == []
    assert engine.free_places == 2


@pytest.fixture
def opened(opener: Opener, tiny: Tiny) -> Engine:
    """Return an engine of one place, on each network in turn."""
    return Engine(tiny.bundle, opener(tiny, 1, 1), lambda: 0.0)


def test_the_same_seed_writes_the_same_text(opened: Engine) -> None:
    """And another seed another one."""
    first, again = (write(opened, Request([10, 20, 30], COOL, 1)) for _ in range(2))
    assert first == again
    assert write(opened, Request([10, 20, 30], COOL, 2)) != first


def test_a_text_that_goes_on_is_read_as_before(opened: Engine) -> None:
    """Reading a text token by token gives what reading it at once gives."""
    (first,) = write(opened, Request([10, 20, 30], GREEDY, 1))
    (again,) = write(opened, Request([10, 20, 30, *first[:4]], GREEDY, 1))
    assert again[:4] == first[4:]


@needs_kernels
def test_neighbours_change_nothing(tiny: Tiny) -> None:
    """With the kernels, texts of different length and age become what they become alone."""
    requests = [
        Request([token] * length, replace(COOL, max_tokens=most), token)
        for token, length, most in ((7, 3, 30), (8, 1, 5), (9, 12, 40), (11, 2, 9), (12, 7, 17))
    ]

    def engine(places: int) -> Engine:
        return Engine(tiny.bundle, KernelNetwork(tiny.bundle, 1, places), lambda: 0.0)

    together = write(engine(3), *requests)
    assert together == [write(engine(1), request)[0] for request in requests]


def test_what_is_objected_to_is_taken_back_and_written_otherwise(
    scripted: tuple[Engine, ScriptedNetwork],
) -> None:
    """The network counts up; whoever objects to 12 gets something else behind 11."""
    engine, network = scripted
    asked: list[list[int]] = []

    def against_12_and_its_neighbour(tokens: Sequence[int]) -> int:
        asked.append(list(tokens))
        return 2 if 12 in tokens[-2:-1] else 0

    sampling = Sampling(1.0, max_tokens=5)
    number = engine.add(Request([9], sampling, 1, objection=against_12_and_its_neighbour))
    events = [engine.step()[0] for _ in range(4)]
    assert [event.token for event in events] == [10, 11, 12, None]
    assert events[3] == Event(number, None, None, taken_back=1)
    assert asked[3] == [10, 11, 12, 13]
    before = len(network.read_so_far)
    (event,) = engine.step()
    assert network.read_so_far[before] == ([11], [0], [2])  # read again, where it stood
    assert event.token not in {12, None}


def test_a_text_can_be_taken_back_to_its_prompt(scripted: tuple[Engine, ScriptedNetwork]) -> None:
    """Then the prompt's last token is read again."""
    engine, network = scripted
    objection = lambda tokens: 1 if tokens == [10] else 0  # noqa: E731
    engine.add(Request([8, 9], Sampling(1.0, max_tokens=5), 1, objection=objection))
    assert engine.step()[0].taken_back == 0
    (event,) = engine.step()
    assert network.read_so_far[-1] == ([9], [0], [1])
    assert event.token not in {10, None}


def test_a_text_comes_out_of_a_dead_end(opened: Engine) -> None:
    """Where whatever follows is objected to, the token before is written otherwise too."""
    sampling = Sampling(1.0, max_tokens=6)
    (plain,) = write(opened, Request([5, 6], sampling, 3))

    def objection(tokens: Sequence[int]) -> int:
        return 1 if len(tokens) > 4 and tokens[3] == plain[3] else 0

    (steered,) = write(opened, Request([5, 6], sampling, 3, objection=objection))
    assert len(steered) == 6
    assert steered[:3] == plain[:3]
    assert steered[3] != plain[3]


def test_what_is_taken_back_leaves_no_trace(opened: Engine) -> None:
    """What follows is what follows the tokens that stayed."""
    (plain,) = write(opened, Request([5, 6], GREEDY, 3))

    def objection(tokens: Sequence[int]) -> int:
        return 2 if len(tokens) == 6 and tokens[4] == plain[4] else 0

    (steered,) = write(opened, Request([5, 6], GREEDY, 3, objection=objection))
    assert steered[:4] == plain[:4]
    assert steered[4] != plain[4]
    rest = Request([5, 6, *steered[:5]], replace(GREEDY, max_tokens=3), 3)
    assert write(opened, rest) == [steered[5:]]
