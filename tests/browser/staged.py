"""The site with every scene in it, on loopback: the real functions, an account in memory.

    python -m tests.browser.staged    serves it until Ctrl-C, and prints where each scene is

Two sites share the account: the one that has been used, and a new one, where nothing has been
written yet and nothing is taken. What a form leads to is shown to a GET too, at `/scene/{name}`.
"""

import argparse
import logging
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Event as Signal
from threading import Lock
from typing import Any

import pytest
from moto import mock_aws

from artreview.tokens import NONCE_BYTES, issue_form_token
from functions.render import handler as render_handler
from functions.render.parts import RenderParts
from functions.submit import handler as submit_handler
from functions.submit.admission import Admission
from functions.submit.pages import Pages
from functions.submit.parts import SubmitParts
from tests.aws import KEYS, Account, new_account, new_table
from tests.browser.scenes import OFTEN, SCENES, Scene, plant
from tests.browser.serving import Function, Gateway
from tests.events import LambdaContext, submission_event
from tests.fakes import FakeWorld
from tests.gateway import Event, InvokesRender
from tests.render.visit import Visit

_SCENE = "/scene/"
_FILLED_IN_SECONDS = 10


@dataclass(frozen=True)
class StagedSite:
    """The running site."""

    url: str
    """Of the site that has been used; no slash at the end."""
    new_url: str
    visit: Visit
    """Plants and changes reviews on the site that has been used."""

    def address(self, scene: Scene) -> str:
        """Return where a scene is to be seen."""
        path = f"{_SCENE}{scene.name}" if scene.fields else scene.path
        return (self.new_url if scene.is_new else self.url) + path


@contextmanager
def staged_site() -> Iterator[StagedSite]:
    """Serve both sites within the block."""
    with ExitStack() as stack:
        patches = stack.enter_context(pytest.MonkeyPatch.context())
        patches.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        stack.enter_context(mock_aws())
        account, world, lock = new_account(), FakeWorld(), Lock()
        on_duty = _OnDuty(RenderParts({}), SubmitParts({}))
        patches.setattr(render_handler, "render_parts", lambda: on_duty.render)
        patches.setattr(submit_handler, "submit_parts", lambda: on_duty.submit)
        used, new = (stack.enter_context(Gateway(lock)) for _ in range(2))
        for gateway, changes in ((used, {}), (new, _of_a_new_site())):
            environment = account.environment | {"SITE_URL": gateway.url} | changes
            gateway.render, gateway.submit = _functions(environment, world, on_duty)
        visit = Visit(account, world)
        plant(visit)
        _use_up_mails(account, world)
        for gateway in (used, new):
            stack.enter_context(gateway.serving())
        yield StagedSite(used.url, new.url, visit)


def _of_a_new_site() -> dict[str, str]:
    tables = {
        f"{kind.upper()}_TABLE": new_table(f"{kind}Table", f"New{kind}Table")
        for kind in ("Reviews", "Site")
    }
    return tables | {"DAILY_CEILING": "0"}


@dataclass
class _OnDuty:
    """Whose turn it is: the functions find their parts by a name of their module."""

    render: RenderParts
    submit: SubmitParts


def _functions(
    environment: dict[str, str], world: FakeWorld, on_duty: _OnDuty
) -> tuple[Function, Function]:
    """Return the render and the submit function as they are in this environment."""
    render_parts, submit_parts = RenderParts(environment), SubmitParts(environment)
    render_parts.world = submit_parts.world = world
    submit_parts.pages = Pages(InvokesRender(), "render")  # type: ignore[arg-type]

    def submit(event: Event) -> dict[str, Any]:
        on_duty.render, on_duty.submit = render_parts, submit_parts
        return submit_handler.handler(event, LambdaContext())  # type: ignore[arg-type]

    def render(event: Event) -> dict[str, Any]:
        scene = _scene_at(event["rawPath"])
        if scene:
            return submit(_posted(scene, world))
        on_duty.render, on_duty.submit = render_parts, submit_parts
        return render_handler.handler(event, LambdaContext())  # type: ignore[arg-type]

    return render, submit


def _scene_at(path: str) -> Scene | None:
    """Return the scene that only a form leads to, where the path is its own."""
    return next((one for one in SCENES if one.fields and path == _SCENE + one.name), None)


def _posted(scene: Scene, world: FakeWorld) -> Event:
    """Return the form as the scene has it sent, filled in without haste."""
    nonce = world.random_bytes(NONCE_BYTES)
    token = issue_form_token(nonce, world.now() - _FILLED_IN_SECONDS, KEYS)
    return submission_event({"form_token": token} | dict(scene.fields))


def _use_up_mails(account: Account, world: FakeWorld) -> None:
    """Let an address have all the mails of its day."""
    parts = SubmitParts(account.environment)
    parts.world = world
    admission = Admission(parts.counters, parts.rates, "198.51.100.7")
    for _ in range(parts.rates.daily_mails):
        admission.to_submit(OFTEN, is_program=False)


def main() -> None:
    """Serve until Ctrl-C."""
    argparse.ArgumentParser(
        prog="python -m tests.browser.staged",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args()
    logging.disable(logging.INFO)
    with staged_site() as site:
        for scene in SCENES:
            sys.stdout.write(f"{scene.name:28} {site.address(scene)}\n")
        sys.stdout.flush()
        Signal().wait()


if __name__ == "__main__":
    main()
