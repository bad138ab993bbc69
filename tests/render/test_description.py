"""`/openapi.json` describes what the site answers, all of it and nothing else."""

import re

from functions.render.handler import routes
from tests.aws import template
from tests.render.visit import Visit

_PARAMETER = re.compile(r"<\w+>|\{\w+\}")


def _plain(path: str) -> str:
    """Return a path with its parameters made alike."""
    return _PARAMETER.sub("*", path)


def test_every_route_is_described(site: Visit) -> None:
    """The render function's own routes, and the template's to the submit function."""
    described = {
        (method.upper(), _plain(path))
        for path, operations in site.get("/openapi.json").json["paths"].items()
        for method in operations
    }
    shown = {("GET", _plain(route.path)) for route in routes}
    changing = {
        (key.partition(" ")[0], _plain(key.partition(" ")[2]))
        for resource in template()["Resources"].values()
        if resource["Type"] == "AWS::ApiGatewayV2::Route"
        and (key := str(resource["Properties"]["RouteKey"])) != "$default"
    }
    assert described == shown | changing


def test_it_carries_the_sites_own_name_and_address(site: Visit) -> None:
    """A program that reads it knows where to send."""
    told = site.get("/openapi.json").json
    assert told["info"]["title"] == "Art Review Generator"
    assert told["servers"] == [{"url": "https://reviews.example.org"}]
