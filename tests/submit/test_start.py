"""How the function starts on Lambda: ready for its first submission."""

import runpy

import pytest

from functions.submit import handler
from functions.submit.parts import SubmitParts
from tests.aws import Account

ON_LAMBDA = {
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "_HANDLER": "functions.submit.handler.handler",
}
PREPARED = {"store", "queue", "_parameters"}


@pytest.mark.parametrize(
    "environment", [{}, ON_LAMBDA | {"_HANDLER": "functions.submit.handler.sweep"}]
)
def test_who_keeps_nobody_waiting_prepares_nothing(
    parts: SubmitParts, environment: dict[str, str]
) -> None:
    """Neither a laptop's import, nor the sweep, which has not all of the settings."""
    handler.prepare_in_the_init_phase(environment)
    assert PREPARED.isdisjoint(vars(parts))


def test_lambda_prepares_the_first_submission(parts: SubmitParts) -> None:
    """Making clients of AWS takes longer than storing a submission; none of them is asked yet."""
    handler.prepare_in_the_init_phase(ON_LAMBDA)
    assert vars(parts).keys() >= PREPARED
    assert "keys" not in vars(parts)


def test_importing_the_handler_is_enough(
    parts: SubmitParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda does nothing else in its init phase."""
    for name, value in ON_LAMBDA.items():
        monkeypatch.setenv(name, value)
    imported = runpy.run_path(handler.__file__)
    assert vars(imported["submit_parts"]()).keys() >= PREPARED


def test_what_could_not_be_prepared_is_made_later(
    parts: SubmitParts, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure breaks no start, and is not remembered."""
    monkeypatch.delenv("REVIEWS_TABLE")
    handler.prepare_in_the_init_phase(ON_LAMBDA)
    assert PREPARED.isdisjoint(vars(parts))
    monkeypatch.setenv("REVIEWS_TABLE", account.environment["REVIEWS_TABLE"])
    handler.prepare_in_the_init_phase(ON_LAMBDA)
    assert vars(parts).keys() >= PREPARED
