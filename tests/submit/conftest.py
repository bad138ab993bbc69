"""The form's function, on the account in memory."""

from collections.abc import Iterator

import pytest

from functions.submit import handler
from functions.submit.pages import Pages
from functions.submit.parts import SubmitParts
from tests.aws import Account
from tests.fakes import FakeWorld, RecordingLambda


@pytest.fixture
def render() -> RecordingLambda:
    """Return the stand-in for the render function."""
    return RecordingLambda()


@pytest.fixture
def parts(
    account: Account,
    world: FakeWorld,
    render: RecordingLambda,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[SubmitParts]:
    """Return the function's own parts, on the account in memory."""
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    handler.submit_parts.cache_clear()
    handler.sweep_parts.cache_clear()
    parts = handler.submit_parts()
    parts.world = world
    parts.pages = Pages(render, "render")  # type: ignore[arg-type]
    yield parts
    handler.submit_parts.cache_clear()
    handler.sweep_parts.cache_clear()
