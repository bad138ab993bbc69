"""How the function starts on Lambda: ready for its first visitor."""

import runpy
from collections.abc import Iterator

import pytest

from functions.render import handler
from functions.render.parts import RenderParts
from tests.aws import Account

VARIABLE = "AWS_LAMBDA_INITIALIZATION_TYPE"
ON_LAMBDA = {VARIABLE: "on-demand"}
PREPARED = {"pages", "files", "store", "site", "_parameters"}


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


def test_importing_the_handler_is_enough(
    parts: RenderParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda does nothing else in its init phase."""
    monkeypatch.setenv(VARIABLE, "on-demand")
    imported = runpy.run_path(handler.__file__)
    assert vars(imported["render_parts"]()).keys() >= PREPARED


def test_no_service_is_asked_before_a_page_needs_it(parts: RenderParts) -> None:
    """Were SSM away, a review's page would wait for keys that it does not need."""
    handler.prepare_in_the_init_phase(ON_LAMBDA)
    assert "keys" not in vars(parts)


def test_what_could_not_be_prepared_is_made_later(
    parts: RenderParts, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure breaks no start, and is not remembered."""
    monkeypatch.delenv("SITE_TABLE")
    handler.prepare_in_the_init_phase(ON_LAMBDA)
    assert PREPARED.isdisjoint(vars(parts))
    monkeypatch.setenv("SITE_TABLE", account.environment["SITE_TABLE"])
    handler.prepare_in_the_init_phase(ON_LAMBDA)
    assert vars(parts).keys() >= PREPARED
