"""How the tests call the form's function."""

from typing import Any

from artreview.tokens import NONCE_BYTES, issue_form_token
from functions.submit import handler
from functions.submit.parts import SubmitParts
from tests.aws import KEYS
from tests.events import LambdaContext


def form(parts: SubmitParts, **changes: Any) -> dict[str, Any]:
    """Return the fields of a form that was handed out ten seconds ago."""
    token = issue_form_token(bytes(NONCE_BYTES), parts.world.now() - 10, KEYS)
    return {"prompt": "A blue horse", "eccentricity": "7", "form_token": token} | changes


def answer(event: dict[str, Any]) -> dict[str, Any]:
    """Call the function."""
    return handler.handler(event, LambdaContext())  # type: ignore[arg-type]
