"""How the function starts on Lambda: ready for its first submission."""

import pytest

from functions.submit import handler
from functions.submit.parts import SubmitParts

ON_LAMBDA = {
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "_HANDLER": "functions.submit.handler.handler",
}
PREPARED = {"store", "queue", "keys", "counters"}


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
    """Making clients of AWS takes longer than storing a submission."""
    handler.prepare_in_the_init_phase(ON_LAMBDA)
    assert vars(parts).keys() >= PREPARED


def test_what_cannot_be_prepared_breaks_no_start(
    parts: SubmitParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report is taken without the keys; what needs them asks for them again."""
    monkeypatch.setenv("SIGNING_KEY_PARAMETER", "/no/such/keys")
    handler.prepare_in_the_init_phase(ON_LAMBDA)
    assert "keys" not in vars(parts)
    assert "store" in vars(parts)
