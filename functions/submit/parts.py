"""What the submit function is put together from: settings, clients and stores, each built once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from artreview import clients
from artreview.queue import ReviewQueue
from artreview.settings import from_environment
from artreview.signing_keys import signing_keys
from artreview.site import SiteFacts
from artreview.store import ReviewStore
from artreview.world import World
from functions.submit.addresses import dns_resolver
from functions.submit.pages import Pages

if TYPE_CHECKING:
    from dns.resolver import Resolver


@dataclass(frozen=True, slots=True)
class SweepSettings:
    """The environment of the sweep."""

    reviews_table: str
    queue_url: str


@dataclass(frozen=True, slots=True)
class SubmitSettings:
    """The environment of the form's function."""

    site_url: str
    site_table: str
    signing_key_parameter: str
    render_function: str
    mail_dns_check: bool


class SweepParts:
    """What the sweep needs; nothing is built before it is asked for."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Keep the environment."""
        self._environment = environment
        self.world = World()

    @cached_property
    def _sweep_settings(self) -> SweepSettings:
        return from_environment(SweepSettings, self._environment)

    @cached_property
    def store(self) -> ReviewStore:
        """The reviews."""
        return ReviewStore(clients.table(self._sweep_settings.reviews_table))

    @cached_property
    def queue(self) -> ReviewQueue:
        """The queue of reviews to be written."""
        return ReviewQueue(clients.sqs(), self._sweep_settings.queue_url)


class SubmitParts(SweepParts):
    """What the form's function needs: the sweep's parts, and more."""

    @cached_property
    def settings(self) -> SubmitSettings:
        """The settings. Raises SettingMissing."""
        return from_environment(SubmitSettings, self._environment)

    @cached_property
    def site(self) -> SiteFacts:
        """What the site knows about itself."""
        return SiteFacts(clients.table(self.settings.site_table))

    @cached_property
    def keys(self) -> tuple[bytes, ...]:
        """The signing keys. Raises SettingMissing."""
        return signing_keys(clients.ssm(), self.settings.signing_key_parameter)

    @cached_property
    def pages(self) -> Pages:
        """The pages that the render function draws."""
        return Pages(clients.lambda_(), self.settings.render_function)

    @cached_property
    def resolver(self) -> "Resolver | None":
        """The resolver that checks a mail domain, or None where that is switched off."""
        return dns_resolver() if self.settings.mail_dns_check else None
