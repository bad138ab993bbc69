"""Working on messages, as the handler does."""

from dataclasses import replace
from typing import Any

from functions.generate.worker import Worker
from tests.samples import REVIEW_ID

FAR = 9e9


def work(worker: Worker, *ids: str, deadline: float = FAR) -> None:
    """Work on a batch; raise the first thing that went wrong."""
    for error in worker.work(ids or [REVIEW_ID], deadline).values():
        raise error


def with_author(worker: Worker, author: Any) -> Worker:
    """Return the worker with another author."""
    return replace(worker, author=author)
