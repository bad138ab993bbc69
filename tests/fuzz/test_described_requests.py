"""Requests drawn from the site's own description, right ones and wrong ones.

`make test` sends some; `make fuzz` sends ten thousand and more.
"""

from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.fuzz.conftest import EXAMPLES, FuzzedSite

_FILE = Path(__file__).parents[2] / "functions" / "render" / "openapi.json"
"""What the site serves as `/openapi.json`, but for its name and address."""
_AS_DESCRIBED = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def map_path_parameters(_context: object, path_parameters: Any) -> Any:
    """Let every other request be about a review that is there; its number chooses which."""
    review_id = (path_parameters or {}).get("id")
    if isinstance(review_id, str) and len(review_id) == 16 and review_id[0] < "8":
        path_parameters["id"] = f"{ord(review_id[-1]) % 5:016d}"
    return path_parameters


_description = schemathesis.openapi.from_path(_FILE)
_description.hook(map_path_parameters)


@_description.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_sent_gets_an_answer_that_was_described(
    fuzzed_site: FuzzedSite, case: Case[Any]
) -> None:
    """No 5xx but the one that oEmbed asks for; status, type, headers and body as described."""
    case.operation.schema.app = fuzzed_site
    response = case.call(app=fuzzed_site, headers={"accept-encoding": "identity"})
    is_promised = case.path == "/oembed" and response.status_code == 501
    checks = _AS_DESCRIBED if is_promised else [not_a_server_error, *_AS_DESCRIBED]
    case.validate_response(response, checks=checks)
