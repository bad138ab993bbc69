"""What the submit function is put together from: settings, clients and stores, each built once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from artreview import clients
from artreview.copies import Copies
from artreview.counters import Counters
from artreview.letters import Letterhead
from artreview.mailer import Mailer
from artreview.queue import DeadLetters, ReviewQueue
from artreview.reported import Reported
from artreview.second_chances import SecondChances
from artreview.settings import from_environment
from artreview.signing_keys import signing_keys
from artreview.site import SiteFacts
from artreview.store import ReviewStore
from artreview.subscribers import Subscribers
from artreview.world import World
from functions.submit.addresses import dns_resolver
from functions.submit.admission import Rates
from functions.submit.judging import Judging
from functions.submit.operator_mail import OperatorMail
from functions.submit.pages import Pages
from functions.submit.second_chances import Return
from functions.submit.telling import Telling

if TYPE_CHECKING:
    from dns.resolver import Resolver
    from types_boto3_ssm.client import SSMClient


@dataclass(frozen=True, slots=True)
class SweepSettings:
    """The environment of the sweep."""

    reviews_table: str
    queue_url: str


@dataclass(frozen=True, slots=True)
class DeadLetterSettings:
    """What the sweep has to know of the dead-letter queue."""

    dead_letter_queue_url: str


@dataclass(frozen=True, slots=True)
class TellingSettings:
    """What the sweep has to know to tell the operator of reports."""

    site_name: str
    site_url: str
    limits_table: str
    signing_key_parameter: str
    mail_from: str
    operator_address: str = ""
    """Who is told; empty for nobody."""
    configuration_set: str = ""
    """SES's rules for these mails; empty for the account's own."""


@dataclass(frozen=True, slots=True)
class SubmitSettings:
    """The environment of the form's function."""

    site_url: str
    site_table: str
    signing_key_parameter: str
    render_function: str
    mail_dns_check: bool
    limits_table: str
    subscribers_table: str
    hourly_submissions: int
    daily_submissions: int
    hourly_programs: int
    hourly_reports: int
    daily_mails: int
    daily_ceiling: int
    gallery: bool = True
    """Whether a review may be shown in the gallery."""
    origin_secret: str = ""
    """What CloudFront proves itself with; empty where it does not stand in front."""
    distribution_id: str = ""
    """The distribution that keeps copies of pages; empty for none."""


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

    @cached_property
    def dead_letters(self) -> DeadLetters:
        """What came too often. Raises SettingMissing."""
        settings = from_environment(DeadLetterSettings, self._environment)
        return DeadLetters(clients.sqs(), settings.dead_letter_queue_url)

    @cached_property
    def reported(self) -> Reported:
        """What visitors have hidden."""
        return Reported(clients.table(self._sweep_settings.reviews_table))

    @property
    def has_operator(self) -> bool:
        """Whether there is somebody to be told of it."""
        return bool(self._environment.get("OPERATOR_ADDRESS"))

    @cached_property
    def telling(self) -> Telling:
        """What tells the operator of it. Raises SettingMissing."""
        settings = from_environment(TellingSettings, self._environment)
        keys = signing_keys(clients.ssm(), settings.signing_key_parameter)
        letterhead = Letterhead(settings.site_name, settings.site_url, settings.mail_from)
        return Telling(
            reported=self.reported,
            counters=Counters(clients.table(settings.limits_table), keys, self.world),
            mailer=Mailer(clients.sesv2(), settings.configuration_set),
            mail=OperatorMail(letterhead, settings.operator_address, keys),
            world=self.world,
        )

    @cached_property
    def way_back(self) -> Return:
        """What brings reviews back."""
        table = clients.table(self._sweep_settings.reviews_table)
        return Return(SecondChances(table), self.store, self.queue)


class SubmitParts(SweepParts):
    """What the form's function needs: the sweep's parts, and more."""

    def prepare(self) -> None:
        """Build what each submission needs: making clients of AWS takes longer than storing one.

        Nothing is asked over the network: an outage of one service must not delay what does without
        it. Raises SettingMissing.
        """
        _ = self.store, self.queue, self._parameters

    @cached_property
    def settings(self) -> SubmitSettings:
        """The settings. Raises SettingMissing."""
        return from_environment(SubmitSettings, self._environment)

    @property
    def site_url(self) -> str:
        """Where the site is, for answers that need no other setting; empty where it is not set."""
        return self._environment.get("SITE_URL", "")

    @property
    def origin_secret(self) -> str:
        """What CloudFront proves itself with; it needs no other setting, for reports."""
        return self._environment.get("ORIGIN_SECRET", "")

    @cached_property
    def copies(self) -> Copies | None:
        """What CloudFront keeps, where it stands in front; it needs no other setting either."""
        distribution = self._environment.get("DISTRIBUTION_ID", "")
        return Copies(clients.cloudfront(), distribution) if distribution else None

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
    def judging(self) -> Judging:
        """What the operator decides with a mail's link. Raises SettingMissing."""
        return Judging(self.store, self.reported, self.way_back, self.keys)

    @cached_property
    def counters(self) -> Counters:
        """What visitors have had. Raises SettingMissing."""
        return Counters(clients.table(self.settings.limits_table), self.keys, self.world)

    @cached_property
    def rates(self) -> Rates:
        """What visitors may have."""
        settings = self.settings
        return Rates(
            hourly_submissions=settings.hourly_submissions,
            daily_submissions=settings.daily_submissions,
            hourly_programs=settings.hourly_programs,
            hourly_reports=settings.hourly_reports,
            daily_mails=settings.daily_mails,
            daily_ceiling=settings.daily_ceiling,
        )

    @cached_property
    def subscribers(self) -> Subscribers:
        """Who wants to hear from the site."""
        return Subscribers(clients.table(self.settings.subscribers_table), self.keys)

    @cached_property
    def pages(self) -> Pages:
        """The pages that the render function draws; without its name they are plain ones.

        They tell, among other things, that the settings cannot be read, so they ask for no others.
        """
        return Pages(clients.lambda_(), self._environment.get("RENDER_FUNCTION", ""))

    @cached_property
    def resolver(self) -> "Resolver | None":
        """The resolver that checks a mail domain, or None where that is switched off."""
        return dns_resolver() if self.settings.mail_dns_check else None
