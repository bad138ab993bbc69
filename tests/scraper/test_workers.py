"""Work shared among processes: all of it done, its errors told, nobody left behind."""

import os
import signal
from collections.abc import Callable

import pytest

from scraper.errors import ExportError, WorkerLost
from scraper.workers import shared


def double(number: int) -> int:
    """Double a number; some numbers are trouble."""
    if number == 13:
        raise ExportError("thirteen")
    if number == 99:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def make() -> Callable[[int], int]:
    """Make the task, as a worker does."""
    return double


@pytest.mark.parametrize("workers", [1, 2])
def test_every_chunk_is_done_once(workers: int) -> None:
    """In whatever order."""
    assert sorted(shared(make, range(9), workers)) == [2 * number for number in range(9)]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_in_a_worker_is_raised_here(workers: int) -> None:
    """With its own type and words."""
    with pytest.raises(ExportError, match="thirteen"):
        list(shared(make, [1, 13, 2], workers))


def test_a_worker_that_was_killed_is_a_plain_error() -> None:
    """As the kernel does when memory is short."""
    with pytest.raises(WorkerLost, match="fewer --workers"):
        list(shared(make, [1, 99, 2, 3], 2))
