"""The engine, with the model that ships."""

from dataclasses import replace
from itertools import islice

import pytest

from functions.generate.bundle import Bundle
from functions.generate.engine import Engine, Request
from functions.generate.errors import PromptRefused
from functions.generate.sampling import Sampling

COOL = Sampling(0.7, top_p=0.9, max_tokens=24)


def tokens(
    engine: Engine, prompt: list[int], sampling: Sampling = COOL, seed: int = 1
) -> list[int]:
    """Write a text to its end."""
    return list(engine.stream(Request(prompt, sampling, seed)))


def test_the_same_seed_writes_the_same_text(engine: Engine) -> None:
    """And another seed another one."""
    assert tokens(engine, [10, 20, 30]) == tokens(engine, [10, 20, 30])
    assert tokens(engine, [10, 20, 30]) != tokens(engine, [10, 20, 30], seed=2)


def test_the_cache_changes_nothing(engine: Engine) -> None:
    """Reading a text token by token gives what reading it at once gives."""
    greedy = Sampling(0.0, max_tokens=8)
    first = tokens(engine, [10, 20, 30], greedy)
    again = tokens(engine, [10, 20, 30, *first[:4]], greedy)
    assert again[:4] == first[4:]


def test_the_end_of_text_ends_it(engine: Engine, bundle: Bundle) -> None:
    """No token comes after it, it is not part of the text, and not before the minimum."""
    long = Sampling(1.0, min_tokens=40, max_tokens=60)
    for seed in range(5):
        text = tokens(engine, [10, 20], long, seed)
        assert 40 <= len(text) <= 60
        assert bundle.end_of_text_id not in text


def test_the_context_is_never_overrun(engine: Engine, bundle: Bundle) -> None:
    """A prompt longer than the context is read from its end, and the text fills what is left."""
    prompt = [5] * (bundle.context_length * 2)
    room = bundle.context_length - bundle.context_length // 2
    text = tokens(engine, prompt, Sampling(1.0, min_tokens=10_000, max_tokens=10_000))
    assert len(text) == room


@pytest.mark.parametrize("prompt", [[], [-1], [1, 2, 10**9]])
def test_prompts_that_the_model_cannot_take(engine: Engine, prompt: list[int]) -> None:
    """No tokens, or tokens outside the vocabulary, are refused before anything is run."""
    with pytest.raises(PromptRefused):
        next(engine.stream(Request(prompt, COOL, 1)))


def test_a_caller_may_stop_at_any_time(engine: Engine) -> None:
    """What is not asked for is not computed, and the engine can be used again."""
    endless = replace(COOL, max_tokens=10_000, min_tokens=10_000)
    assert len(list(islice(engine.stream(Request([10], endless, 1)), 3))) == 3
    assert tokens(engine, [10, 20, 30])


def test_no_room_is_no_text(engine: Engine) -> None:
    """A text of at most no tokens is empty."""
    assert tokens(engine, [10], Sampling(1.0, max_tokens=0)) == []
