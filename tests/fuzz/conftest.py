"""The site under fire: both functions on an account in memory, one review in each state."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any

import pytest
from moto import mock_aws

from artreview.links import delete_path
from artreview.review import State
from functions.render import handler as render_handler
from functions.render.parts import RenderParts
from functions.submit import handler as submit_handler
from functions.submit.admission import Rates
from functions.submit.pages import Pages
from functions.submit.parts import SubmitParts
from tests.aws import KEYS, new_account
from tests.fakes import FakeWorld
from tests.gateway import InvokesRender
from tests.over_http import Environ, StartResponse, site_over_http
from tests.render.visit import Visit
from tests.samples import MODEL

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))
"""Requests for each operation; `make fuzz` sets many more."""
EVERY = int(os.environ.get("FUZZ_EVERY", "8"))
"""One naughty string in so many is tried; `make fuzz` tries them all."""

_MANY = 10_000
"""So many requests `make fuzz` sends at least."""
_PLENTY = 1_000_000
_PLANTED = (State.QUEUED, State.WRITING, State.READY, State.FAILED, State.BLOCKED)


@dataclass
class FuzzedSite:
    """The WSGI application, what was planted, and a count of its answers."""

    ids: tuple[str, ...]
    delete_paths: tuple[str, ...]
    """Where each can be deleted, with a token that is good."""
    answered: Counter[str] = field(default_factory=Counter)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Any:
        """Answer one request, and count it."""

        def counted(status: str, headers: list[tuple[str, str]]) -> object:
            self.answered[status[:3]] += 1
            return start_response(status, headers)

        return site_over_http(environ, counted)


@pytest.fixture(scope="package")
def fuzzed_site() -> Iterator[FuzzedSite]:
    """Return the site; it lives as long as the tests do, as a warm function would."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        account = new_account()
        account.site.publish_model(MODEL)
        for name, value in account.environment.items():
            patch.setenv(name, value)
        world = FakeWorld()
        submit, render = (
            SubmitParts(os.environ),
            RenderParts(os.environ),
        )
        submit.world = render.world = world
        submit.pages = Pages(InvokesRender(), "render")  # type: ignore[arg-type]
        plenty = {one.name: _PLENTY for one in fields(Rates)}
        submit.rates = replace(submit.rates, **plenty)
        patch.setattr(submit_handler, "submit_parts", lambda: submit)
        patch.setattr(render_handler, "render_parts", lambda: render)
        visit = Visit(account, world)
        ids = tuple(f"{number:016d}" for number in range(len(_PLANTED)))
        for state, review_id in zip(_PLANTED, ids, strict=True):
            visit.plant(state, id=review_id, in_gallery=True)
        site = FuzzedSite(ids, tuple(delete_path(review_id, KEYS) for review_id in ids))
        yield site
        assert EVERY > 1 or site.answered.total() > _MANY
        print(f"\n{site.answered.total():,} requests: {dict(sorted(site.answered.items()))}")
