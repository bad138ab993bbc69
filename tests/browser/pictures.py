"""Pictures of every page in every state, on a phone and on a desk, in the light and in the dark.

    python -m tests.browser.pictures --out folder           makes them all, and the cards
    python -m tests.browser.pictures --out folder ready home  makes those of these scenes

They are for looking at: what no rule finds, an eye does.
"""

import argparse
import logging
import urllib.request
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import BrowserContext

from tests.browser.looking import DESKTOP, PHONE, context_of, sight_of
from tests.browser.scenes import SCENES, Scene
from tests.browser.staged import StagedSite, staged_site
from tests.chromium import chromium

_SIZES = {"phone": PHONE, "desk": DESKTOP}
_SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def take(context: BrowserContext, site: StagedSite, scene: Scene, folder: Path) -> None:
    """Take the four pictures of a scene."""
    with sight_of(context, site.url) as sight:
        sight.goto(site.address(scene))
        for (size, viewport), scheme in product(_SIZES.items(), _SCHEMES):
            sight.page.set_viewport_size(viewport)
            sight.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            sight.page.screenshot(path=folder / f"{scene.name}-{size}-{scheme}.png", full_page=True)


def keep_card(site: StagedSite, scene: Scene, folder: Path) -> None:
    """Keep the card that networks show for a finished review."""
    with urllib.request.urlopen(f"{site.url}{scene.path}/card.png", timeout=30) as answer:
        (folder / f"{scene.name}-card.png").write_bytes(answer.read())


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the pictures that are asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.browser.pictures",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [scene.name for scene in SCENES]
    parser.add_argument("--out", type=Path, required=True, help="the folder they go to")
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help=f"of {', '.join(names)}")
    options = parser.parse_args(arguments)
    if unknown := set(options.scenes) - {*names}:
        parser.error(f"there is no scene {', '.join(sorted(unknown))}")
    folder: Path = options.out
    folder.mkdir(parents=True, exist_ok=True)
    logging.disable(logging.CRITICAL)  # one of the scenes is an error
    with staged_site() as site, chromium() as browser, context_of(browser) as context:
        for scene in SCENES:
            if options.scenes and scene.name not in options.scenes:
                continue
            take(context, site, scene, folder)
            if scene.name.startswith(("ready", "queued")):
                keep_card(site, scene, folder)


if __name__ == "__main__":
    main()
