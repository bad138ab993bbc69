"""How the function starts on Lambda: ready for its first visitor."""

from collections.abc import Iterator

import pytest

from functions.render import handler
from functions.render.parts import RenderParts
from tests.aws import Account

ON_LAMBDA = {"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"}
PREPARED = {"pages", "files", "store", "site", "keys"}


@pytest.fixture
def parts(account: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[RenderParts]:
    """Return the parts of a function that has shown nothing yet."""
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    handler.render_parts.cache_clear()
    yield handler.render_parts()
    handler.render_parts.cache_clear()


def test_lambda_prepares_the_first_page(parts: RenderParts) -> None:
    """In the init phase, and only there: a laptop's import makes no client of AWS."""
    handler.prepare_in_the_init_phase({})
    assert PREPARED.isdisjoint(vars(parts))
    handler.prepare_in_the_init_phase(ON_LAMBDA)
    assert vars(parts).keys() >= PREPARED


def test_what_cannot_be_prepared_breaks_no_start(
    parts: RenderParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pages that need no key are shown all the same; the others ask for it again."""
    monkeypatch.setenv("SIGNING_KEY_PARAMETER", "/no/such/keys")
    handler.prepare_in_the_init_phase(ON_LAMBDA)
    assert "keys" not in vars(parts)
    assert "store" in vars(parts)
