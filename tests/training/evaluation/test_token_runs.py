"""Runs of tokens are found exactly."""

import random

import numpy as np
import pytest

from training.evaluation.token_runs import TokenRun, longest_runs


def longest_by_hand(text: list[int], shard: list[int]) -> int:
    """Return the longest run that both have, by trying every pair of places."""
    longest = 0
    for start in range(len(text)):
        for place in range(len(shard)):
            length = 0
            while (
                start + length < len(text)
                and place + length < len(shard)
                and text[start + length] == shard[place + length]
            ):
                length += 1
            longest = max(longest, length)
    return longest


@pytest.mark.parametrize("piece", [7, 50, 10_000])
def test_the_longest_run_is_that_of_a_search_by_hand(piece: int) -> None:
    """Wherever the shard is cut into pieces, and with runs that come several times."""
    dice = random.Random(2)
    shard = dice.choices(range(3), k=300)
    texts = [dice.choices(range(3), k=dice.randint(0, 40)) for _ in range(30)]
    texts += [shard[100:140], shard[-9:], [*shard[:12], 9, *shard[50:80]]]
    found = longest_runs(texts, np.array(shard, dtype=np.uint16), length=6, piece=piece)
    lengths = [longest_by_hand(text, shard) for text in texts]
    assert [run.length if run else 0 for run in found] == [n if n >= 6 else 0 for n in lengths]
    for text, run in zip(texts, found, strict=True):
        if run:
            there = shard[run.place : run.place + run.length]
            assert text[run.start : run.start + run.length] == there


def test_a_run_of_49_is_none_of_50() -> None:
    """The limit is exact, at the shard's end too."""
    shard = np.arange(100, 200, dtype=np.uint16)
    texts = [[*range(151, 200)], [*range(150, 200)], [*range(100, 149), 7]]
    assert longest_runs(texts, shard) == [None, TokenRun(0, 50, 50), None]


def test_hashes_that_meet_are_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a hash that is the same for all runs only those that are really there are found."""
    monkeypatch.setattr("training.run_hashes._FACTOR", np.uint64(0))
    # A factor of 0 leaves the last token of a run alone in its hash.
    shard = np.array([1, 2, 3, 4, 5, 9, 9, 9], dtype=np.uint16)
    assert longest_runs([[8, 7, 5], [3, 4, 5]], shard, length=3) == [None, TokenRun(0, 2, 3)]


def test_nothing_shares_nothing() -> None:
    """No texts, empty texts, a shard shorter than a run."""
    shard = np.arange(10, dtype=np.uint16)
    assert longest_runs([], shard) == []
    assert longest_runs([[], [1, 2, 3]], shard) == [None, None]
