"""What the render function is put together from: settings, stores and pages, each built once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from artreview import clients
from artreview.gallery import Gallery
from artreview.lineage import Lineage
from artreview.settings import from_environment
from artreview.signing_keys import signing_keys
from artreview.site import SiteFacts
from artreview.store import ReviewStore
from artreview.world import World
from functions.render.examples import read_examples
from functions.render.identity import SiteIdentity, SiteShape
from functions.render.pages import Pages
from functions.render.static_files import StaticFiles

if TYPE_CHECKING:
    from types_boto3_dynamodb.service_resource import Table
    from types_boto3_ssm.client import SSMClient

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class RenderSettings:
    """The environment of the render function."""

    site_name: str
    site_url: str
    """Where the site is, without a slash at the end."""
    reviews_table: str
    site_table: str
    signing_key_parameter: str
    generate_concurrency: int
    generate_batch: int
    """How many reviews are written at the same time."""
    patterns: bool
    """Whether `/patterns` is there."""
    gallery: bool = True
    """Whether there is a gallery, and a feed of it."""
    shared_cache_seconds: int = 0
    """How long a cache in front of the site may keep a finished review; 0 where there is none."""


class RenderParts:
    """What the pages need; nothing is built before it is asked for."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Keep the environment."""
        self._environment = environment
        self.world = World()

    def prepare(self) -> None:
        """Build what most pages need: making a client of AWS takes longer than drawing a page.

        Nothing is asked over the network: an outage of one service must not delay what does without
        it. Raises SettingMissing.
        """
        _ = self.pages, self.store, self.site, self._parameters

    @cached_property
    def settings(self) -> RenderSettings:
        """The settings. Raises SettingMissing."""
        return from_environment(RenderSettings, self._environment)

    @cached_property
    def identity(self) -> SiteIdentity:
        """How the site calls itself."""
        return SiteIdentity(self.settings.site_name, self.settings.site_url.rstrip("/"))

    @cached_property
    def _reviews_table(self) -> "Table":
        return clients.table(self.settings.reviews_table)

    @cached_property
    def store(self) -> ReviewStore:
        """The reviews."""
        return ReviewStore(self._reviews_table)

    @cached_property
    def gallery(self) -> Gallery:
        """The reviews that are listed."""
        return Gallery(self._reviews_table)

    @cached_property
    def lineage(self) -> Lineage:
        """What descends from which review."""
        return Lineage(self._reviews_table)

    @cached_property
    def site(self) -> SiteFacts:
        """What the site knows about itself."""
        return SiteFacts(clients.table(self.settings.site_table))

    @cached_property
    def _parameters(self) -> "SSMClient":
        return clients.ssm()

    @cached_property
    def keys(self) -> tuple[bytes, ...]:
        """The signing keys. Raises SettingMissing."""
        return signing_keys(self._parameters, self.settings.signing_key_parameter)

    @cached_property
    def files(self) -> StaticFiles:
        """The static files."""
        return StaticFiles(_HERE / "static")

    @cached_property
    def pages(self) -> Pages:
        """The pages."""
        settings = self.settings
        shape = SiteShape(settings.gallery, settings.shared_cache_seconds)
        return Pages(self.identity, self.files, read_examples(_HERE / "examples.json"), shape)
