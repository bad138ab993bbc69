"""What stands between a visitor and the functions: the routes, and one function asking another."""

import json
import re
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

from functions.render import handler as render_handler
from tests.aws import template
from tests.events import LambdaContext

Event = dict[str, Any]


@dataclass(frozen=True)
class Route:
    """A route of the template that the submit function answers."""

    key: str
    method: str
    path: re.Pattern[str]


def for_submit(event: Event) -> Event | None:
    """Return the event as the API gives it to the submit function; None for the render function."""
    http = event["requestContext"]["http"]
    for route in _submit_routes():
        found = route.path.fullmatch(http["path"]) if route.method == http["method"] else None
        if found:
            return event | {"routeKey": route.key, "pathParameters": found.groupdict()}
    return None


@cache
def _submit_routes() -> tuple[Route, ...]:
    """Return the template's routes to the submit function; the other function takes the rest."""
    routes = [
        resource["Properties"]
        for resource in template()["Resources"].values()
        if resource["Type"] == "AWS::ApiGatewayV2::Route"
    ]
    keys = [str(route["RouteKey"]) for route in routes if "Submit" in str(route["Target"])]
    return tuple(_route(key) for key in keys)


def _route(key: str) -> Route:
    method, _, path = key.partition(" ")
    return Route(key, method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)))


class InvokesRender:
    """Stands for the Lambda service: calls the render function at once."""

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803  # boto3's
        """Return the page that the payload asks for."""
        page = render_handler.handler(json.loads(Payload), LambdaContext())  # type: ignore[arg-type]
        return {"StatusCode": 200, "Payload": BytesIO(json.dumps(page).encode())}
