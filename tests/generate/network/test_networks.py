"""What every network does, whichever runs it: each level of the kernels, and the graph."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from functions.generate.errors import PromptRefused
from functions.generate.network.reading import Network
from tests.generate.networks import Opener
from tests.generate.tiny import Shape, Tiny, logits_of

MEAN_ERROR = 0.08
"""In nats. Weights are exact in all of them; what differs is that they multiply activations of 8
bits, which with weights as wild as these (all levels are as likely) shifts log-probabilities by
some hundredths: 0.012 was seen at a width of 64, 0.068 at 320. A wrong place, scale or order shifts
them by whole nats."""


def log_shares(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return log-probabilities (rows, vocabulary)."""
    wide = logits.astype(np.float64)
    wide -= wide.max(axis=-1, keepdims=True)
    shares: NDArray[np.float64] = wide - np.log(np.exp(wide).sum(axis=-1, keepdims=True))
    return shares


def text_of(tiny: Tiny, length: int, seed: int = 3) -> NDArray[np.int64]:
    """Return a made-up text."""
    return np.random.default_rng(seed).integers(0, tiny.shape.vocabulary, length)


def read_whole(network: Network, text: NDArray[np.int64], place: int = 0) -> NDArray[np.float32]:
    """Read a text at once; return the logits behind every token."""
    rows = np.arange(text.size)
    return network.read(text, np.full(text.size, place), rows, np.ones(text.size, dtype=bool))


@pytest.mark.parametrize(
    ("shape", "bits"),
    [
        (Shape(), 4),
        (Shape(), 8),
        (Shape(width=96, layers=3, vocabulary=67), 4),
        (Shape(width=320, heads=5, layers=1), {"wte": 8, "h.0.mlp.c_proj": 8}),
        (Shape(width=256, heads=2, layers=1), 4),
    ],
    ids=["4 bits", "8 bits", "narrow blocks", "mixed, 320 wide", "wide heads"],
)
def test_it_says_what_gpt2_says(
    opener: Opener, model_of: Callable[..., Tiny], shape: Shape, bits: int | dict[str, int]
) -> None:
    """Logits are those of the plain formulas, within what activations of 8 bits cost."""
    tiny = model_of(shape, bits)
    text = text_of(tiny, 70)
    expected = log_shares(logits_of(tiny, text.tolist()))
    error = np.abs(log_shares(read_whole(opener(tiny, 2, 1), text)) - expected)
    assert error.mean() < MEAN_ERROR


def test_step_by_step_is_as_at_once(opener: Opener, tiny: Tiny) -> None:
    """What was read is remembered: one token at a time gives what the whole text gives."""
    text = text_of(tiny, 40)
    network = opener(tiny, 1, 1)
    at_once = log_shares(read_whole(network, text))
    one = np.ones(1, dtype=bool)
    steps = [
        network.read(text[[at]], np.zeros(1, dtype=np.int64), np.array([at]), one)[0]
        for at in range(text.size)
    ]
    assert np.abs(log_shares(np.stack(steps)) - at_once).mean() < MEAN_ERROR


def test_texts_side_by_side_do_not_mix(opener: Opener, tiny: Tiny) -> None:
    """Three texts of different age, in places that are not in order, one place empty."""
    texts = {0: text_of(tiny, 30, 5), 3: text_of(tiny, 30, 6), 1: text_of(tiny, 30, 7)}
    ages = {0: 9, 3: 17, 1: 2}
    network = opener(tiny, 2, 4)
    for place, text in texts.items():
        read_whole(network, text[: ages[place]], place)
    places = np.array(list(texts))
    tokens = np.array([texts[place][ages[place]] for place in texts])
    positions = np.array([ages[place] for place in texts])
    logits = network.read(tokens, places, positions, np.ones(3, dtype=bool))
    for row, place in enumerate(texts):
        alone = logits_of(tiny, texts[place][: ages[place] + 1].tolist())[-1:]
        error = np.abs(log_shares(logits[row : row + 1]) - log_shares(alone))
        assert error.mean() < MEAN_ERROR


def test_a_place_begins_anew_at_position_0(opener: Opener, tiny: Tiny) -> None:
    """The text that was there before leaves no trace."""
    network = opener(tiny, 1, 1)
    first = read_whole(network, text_of(tiny, 20, 1))
    read_whole(network, text_of(tiny, 60, 2))
    assert np.array_equal(read_whole(network, text_of(tiny, 20, 1)), first)


def test_only_wanted_rows_come_back_and_in_order(opener: Opener, tiny: Tiny) -> None:
    """A prompt of one text beside the next token of another, and two rows of three wanted."""
    network = opener(tiny, 1, 2)
    read_whole(network, text_of(tiny, 10, 1), 1)
    tokens = np.array([5, 6, 7, 8])
    logits = network.read(
        tokens,
        np.array([0, 0, 0, 1]),
        np.array([0, 1, 2, 10]),
        np.array([False, True, False, True]),
    )
    assert logits.shape == (2, tiny.shape.vocabulary)
    prompt = log_shares(logits_of(tiny, [5, 6]))[-1]
    other = log_shares(logits_of(tiny, [*text_of(tiny, 10, 1).tolist(), 8]))[-1]
    assert np.abs(log_shares(logits) - np.stack([prompt, other])).mean() < MEAN_ERROR


def test_the_context_can_be_filled(opener: Opener, tiny: Tiny) -> None:
    """The last position of the context is read like any other."""
    text = text_of(tiny, tiny.shape.context)
    logits = read_whole(opener(tiny, 1, 1), text)
    expected = log_shares(logits_of(tiny, text.tolist()))
    assert np.abs(log_shares(logits) - expected).mean() < MEAN_ERROR


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ((100, 0, 0), "token ids"),
        ((-1, 0, 0), "token ids"),
        ((1, 2, 0), "places"),
        ((1, 0, 80), "positions"),
    ],
)
def test_rows_out_of_range_are_refused(
    opener: Opener, tiny: Tiny, row: tuple[int, int, int], name: str
) -> None:
    """Nothing outside the model's memory is ever touched; the message says what is allowed."""
    token, place, position = (np.array([value]) for value in row)
    with pytest.raises(PromptRefused, match=f"{name} go from 0 to"):
        opener(tiny, 1, 2).read(token, place, position, np.ones(1, dtype=bool))


def test_nothing_to_read_is_refused(opener: Opener, tiny: Tiny) -> None:
    """No rows, or rows of different length."""
    none = np.zeros(0, dtype=np.int64)
    with pytest.raises(PromptRefused, match="at least one"):
        opener(tiny, 1, 1).read(none, none, none, np.zeros(0, dtype=bool))
    with pytest.raises(PromptRefused, match="as long as each other"):
        opener(tiny, 1, 1).read(np.array([1]), none, none, np.ones(1, dtype=bool))
