"""Drawing the next token."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.generate.sampling import Floats, Ids, Sampling, next_token

NONE_USED: Ids = np.array([], dtype=np.int64)


def draws(logits: Floats, sampling: Sampling, used: Ids = NONE_USED, times: int = 400) -> list[int]:
    """Draw from the same logits again and again."""
    dice = np.random.Generator(np.random.PCG64(1))
    return [next_token(logits.copy(), used, sampling, dice, []) for _ in range(times)]


def logits_of(*probabilities: float) -> Floats:
    """Return logits that stand for these probabilities."""
    return np.log(np.array(probabilities, dtype=np.float32))


def test_at_temperature_one_tokens_come_as_often_as_they_are_likely() -> None:
    """The draw follows the model's own distribution."""
    drawn = draws(logits_of(0.7, 0.2, 0.1), Sampling(1.0), times=4000)
    shares = np.bincount(drawn, minlength=3) / 4000
    np.testing.assert_allclose(shares, [0.7, 0.2, 0.1], atol=0.03)


def test_cold_is_greedy() -> None:
    """Near zero only the likeliest token is drawn."""
    assert set(draws(logits_of(0.3, 0.4, 0.3), Sampling(0.0))) == {1}


def test_top_p_keeps_the_fewest_tokens_that_reach_it() -> None:
    """0.5 and 0.3 reach 0.75, so the rest never comes."""
    assert set(draws(logits_of(0.5, 0.3, 0.15, 0.05), Sampling(1.0, top_p=0.75))) == {0, 1}
    assert set(draws(logits_of(0.5, 0.3, 0.2), Sampling(1.0, top_p=0.1))) == {0}


def test_top_k_keeps_so_many() -> None:
    """The third likeliest never comes."""
    assert set(draws(logits_of(0.2, 0.5, 0.3), Sampling(1.0, top_k=2))) == {1, 2}


def test_what_was_used_becomes_less_likely() -> None:
    """The penalty divides a positive logit and multiplies a negative one."""
    logits = np.array([2.0, 1.9, -1.0], dtype=np.float32)
    sampling = Sampling(0.0, repetition_penalty=1.2)
    assert set(draws(logits, sampling, used=np.array([0]))) == {1}
    negative = np.array([-1.0, -1.1], dtype=np.float32)
    assert set(draws(negative, sampling, used=np.array([0]))) == {1}


def test_a_banned_token_never_comes() -> None:
    """The end of text waits until the minimum is reached."""
    dice = np.random.Generator(np.random.PCG64(1))
    logits = logits_of(0.98, 0.01, 0.01)
    drawn = {next_token(logits.copy(), NONE_USED, Sampling(1.0), dice, [0]) for _ in range(200)}
    assert drawn == {1, 2}


def test_the_same_seed_draws_the_same() -> None:
    """A stored seed is worth something."""
    logits = np.linspace(0, 3, 50, dtype=np.float32)
    assert draws(logits, Sampling(0.9, top_p=0.9)) == draws(logits, Sampling(0.9, top_p=0.9))


def plainly(logits: Floats, sampling: Sampling, dice: np.random.Generator) -> int:
    """Draw a token by sorting the whole vocabulary, as the definitions say."""
    ranked = np.argsort(-logits, kind="stable")
    ranked = ranked[: sampling.top_k or ranked.size]
    scores = logits[ranked] / np.float32(sampling.temperature)
    weights = np.exp(scores - scores[0])
    shares = weights / np.float32(weights.sum(dtype=np.float64))
    reached = np.searchsorted(np.cumsum(shares, dtype=np.float64), sampling.top_p, side="left")
    kept = ranked.size if sampling.top_p >= 1 else min(int(reached) + 1, ranked.size)
    cumulative = np.cumsum(shares[:kept], dtype=np.float64)
    place = np.searchsorted(cumulative, dice.random() * cumulative[-1], side="right")
    return int(ranked[min(int(place), kept - 1)])


@pytest.mark.parametrize("vocabulary", [50_257, 8192, 300, 70])
@pytest.mark.parametrize(
    "sampling",
    [
        Sampling(0.7, top_k=40),
        Sampling(1.0, top_p=0.9, top_k=40),
        Sampling(0.1, top_p=0.9),
        Sampling(1.0, top_p=0.9),
        Sampling(1.3, top_p=0.999),
        Sampling(1.0, top_k=200),
    ],
    ids=str,
)
def test_the_short_way_is_exact(vocabulary: int, sampling: Sampling) -> None:
    """What is left out unsorted could not have been drawn; equal scores keep their order."""
    maker = np.random.default_rng(vocabulary)
    for number in range(30):
        logits = (3 * maker.standard_normal(vocabulary)).astype(np.float32)
        if number % 2:
            logits = np.round(logits)  # many that are equal
        expected = plainly(logits, sampling, np.random.default_rng(number))
        drawn = next_token(logits, NONE_USED, sampling, np.random.default_rng(number), [])
        assert drawn == expected


@given(
    st.lists(st.floats(width=32, allow_nan=True, allow_infinity=True), min_size=1, max_size=40),
    st.floats(min_value=0, max_value=100),
    st.floats(min_value=0, max_value=1),
    st.integers(min_value=0, max_value=50),
)
@pytest.mark.filterwarnings("error")
def test_any_logits_give_a_token(
    values: list[float], temperature: float, top_p: float, top_k: int
) -> None:
    """Infinite and undefined logits, extreme settings: always a token, never a warning."""
    logits = np.array(values, dtype=np.float32)
    sampling = Sampling(temperature, top_p, top_k, repetition_penalty=1.3)
    (token,) = draws(logits, sampling, used=np.array([0]), times=1)
    assert 0 <= token < len(values)
