"""What the render function costs by itself: to import, and for each page.

    python -m bench.pages              prints medians, in milliseconds
    python -m bench.pages --times 50   of fewer calls

What it reads is at hand at once, so the database's time is not in it. The aims are 350 ms to import
and 5 ms a page; a card, which alone loads Pillow, is printed beside them.
"""

import argparse
import logging
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from bench.import_time import measure_import
from bench.machine import machine_facts
from bench.place import ROOT, functions_environment

sys.path.append(str(ROOT / "layers" / "shared" / "python"))

if TYPE_CHECKING:
    from functions.render.parts import RenderParts

_IMPORTS = 9
_CALLS = 400
_WARM_UPS = 20
"""The first calls of a page compile its template; a warm function has that behind it."""
_PROMPT = "The portraits in this small room"
_SENTENCE = " Nobody has looked at it since the accident, and yet it hangs there in a good light."
_PARAGRAPH = _SENTENCE * 12
_TEXT = _PROMPT + "\n".join([_PARAGRAPH] * 3)
"""Of some 500 words, as the pages have them."""
_ID = "0123456789abcdef"
_NOWHERE = "/nowhere"
PATHS = {
    "home": "/",
    "gallery": "/gallery",
    "about": "/about",
    "review": f"/r/{_ID}",
    "status": f"/r/{_ID}/status",
    "no such page": _NOWHERE,
    "style": "/static/site.css",
    "card": f"/r/{_ID}/card.png",
}
_IMPORT = "import functions.render.handler"


def import_seconds() -> list[float]:
    """Return how long new processes took to import the handler."""
    environment = functions_environment()
    found = [measure_import(_IMPORT, environment) for _ in range(_IMPORTS + 1)]
    return [one.alone for one in found[1:]]  # the first one compiles


def call_seconds(path: str, times: int) -> list[float]:
    """Return how long the warm function took to answer for a path, call after call."""
    from functions.render import handler  # noqa: PLC0415 - after the path

    return [answer_seconds(handler.handler, path) for _ in range(times + _WARM_UPS)][_WARM_UPS:]


def answer_seconds(handler: Callable[..., Any], path: str) -> float:
    """Return how long the function took to answer once for a path."""
    event, context = _event(path), _Context()
    began = time.perf_counter()
    answer = handler(event, context)
    seconds = time.perf_counter() - began
    if answer["statusCode"] != (404 if path == _NOWHERE else 200):
        raise RuntimeError(f"{path} answered {answer['statusCode']}")
    return seconds


def parts_at_hand() -> "RenderParts":
    """Return the function's parts, its tables replaced by what lies in memory."""
    from artreview.gallery import GalleryPage  # noqa: PLC0415 - after the path
    from artreview.review import Provenance, Review, State  # noqa: PLC0415
    from functions.render.parts import RenderParts  # noqa: PLC0415

    review = Review(
        id=_ID,
        state=State.READY,
        prompt=_PROMPT,
        eccentricity=7,
        seed=42,
        created_at=1.8e9,
        enqueued_at=1.8e9,
        settled_at=1.8e9,
        in_gallery=True,
        text=_TEXT,
        provenance=Provenance("a model", "9f3ab20c41d7", 30.0, 7),
    )
    parts = RenderParts(
        {
            "SITE_NAME": "Art Review Generator",
            "SITE_URL": "https://reviews.example.org",
            "REVIEWS_TABLE": "reviews",
            "SITE_TABLE": "site",
            "SIGNING_KEY_PARAMETER": "keys",
            "GENERATE_CONCURRENCY": "2",
            "GENERATE_BATCH": "1",
            "PATTERNS": "off",
        }
    )
    page = GalleryPage((review,) * 12, "")
    parts.__dict__ |= {  # where its cached properties look first
        "keys": (bytes(32),),
        "store": SimpleNamespace(get=lambda _id: review),
        "lineage": SimpleNamespace(children=lambda _id, _most: ()),
        "gallery": SimpleNamespace(page=lambda _count, _before="": page),
        "site": SimpleNamespace(model=lambda: None, corpus=lambda: None, pace=lambda: None),
    }
    return parts


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.pages",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--times", type=int, default=_CALLS, help=f"a page (default {_CALLS})")
    options = parser.parse_args(arguments)
    say(" · ".join(f"{name}: {fact}" for name, fact in machine_facts().items()))
    tell("import", import_seconds())
    logging.disable(logging.CRITICAL)
    from functions.render import handler  # noqa: PLC0415 - after the path

    parts = parts_at_hand()
    handler.render_parts = lambda: parts  # type: ignore[assignment]
    for name, path in PATHS.items():
        tell(name, call_seconds(path, options.times))


class _Context:
    """What Lambda tells a function about its invocation."""

    function_name = "render"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:render"
    aws_request_id = "0"


def _event(path: str) -> dict[str, Any]:
    """Return a request as a browser makes it (payload format 2.0 of an HTTP API)."""
    http = {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.7"}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {
            "host": "reviews.example.org",
            "accept": "text/html",
            "accept-encoding": "gzip",
        },
        "requestContext": {"http": http, "stage": "$default", "requestId": "0"},
        "isBase64Encoded": False,
    }


def tell(name: str, seconds: Sequence[float]) -> None:
    """Print the median and the least."""
    say(
        f"{name:26} {median(seconds) * 1000:8.2f} ms median,"
        f" {min(seconds) * 1000:8.2f} least, of {len(seconds)}"
    )


def say(sentence: str) -> None:
    """Print a line at once."""
    print(sentence, flush=True)


if __name__ == "__main__":
    main()
