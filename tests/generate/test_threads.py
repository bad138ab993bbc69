"""How many threads the engine takes."""

import os

import pytest

from functions.generate.threads import engine_threads


@pytest.mark.parametrize(
    ("memory", "threads"), [(512, 1), (1769, 1), (2048, 1), (3008, 2), (3538, 2), (10240, 6)]
)
def test_threads_follow_the_memory(
    monkeypatch: pytest.MonkeyPatch, memory: int, threads: int
) -> None:
    """A processor for every 1,769 MB; half a one more counts as one."""
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    assert engine_threads(memory, 355_000_000) == threads


def test_a_small_model_gets_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its steps are too short to be shared."""
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    assert engine_threads(10240, 10_000_000) == 1


def test_never_more_threads_than_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop with one processor gets one thread."""
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert engine_threads(10240, 355_000_000) == 1
