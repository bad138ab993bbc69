"""What the generate function is put together from, each part built once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from artreview import clients
from artreview.letters import Letterhead
from artreview.mailer import Mailer
from artreview.queue import ReviewQueue
from artreview.settings import from_environment
from artreview.signing_keys import signing_keys
from artreview.site import ModelFacts, SiteFacts
from artreview.store import ReviewStore
from artreview.subscribers import Subscribers
from artreview.world import World
from functions.generate.author import Author
from functions.generate.bundle import Bundle, load_bundle
from functions.generate.engine import Engine
from functions.generate.links import LinkMaker
from functions.generate.network.fastest import fastest_network
from functions.generate.originality.steering import MOST_SHARED_WORDS
from functions.generate.threads import engine_threads
from functions.generate.worker import Worker


@dataclass(frozen=True, slots=True)
class GenerateSettings:
    """The environment of the generate function."""

    site_name: str
    site_url: str
    reviews_table: str
    site_table: str
    subscribers_table: str
    queue_url: str
    signing_key_parameter: str
    mail_from: str
    configuration_set: str = ""
    """SES's rules for the mails: whoever bounced or complained is sent none. Empty for none."""
    generate_batch: int = 4
    """How many reviews are written together at most: what one batch of messages holds."""
    most_shared_words: int = MOST_SHARED_WORDS
    """So many words in a row a text may share with what its model learned from."""
    model_dir: str = str(Path(__file__).parent / "model")
    aws_lambda_function_memory_size: int = 1769


class GenerateParts:
    """What the consumer needs; nothing is built before it is asked for."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Keep the environment."""
        self._environment = environment
        self.world = World()

    @cached_property
    def settings(self) -> GenerateSettings:
        """The settings. Raises SettingMissing."""
        return from_environment(GenerateSettings, self._environment)

    @cached_property
    def queue(self) -> ReviewQueue:
        """The queue that the messages come from."""
        return ReviewQueue(clients.sqs(), self.settings.queue_url)

    @cached_property
    def worker(self) -> Worker:
        """The worker, its model loaded and its facts published. Raises BundleRefused."""
        settings = self.settings
        site = SiteFacts(clients.patient_table(settings.site_table))
        bundle = load_bundle(Path(settings.model_dir))
        site.publish_model(_facts(bundle))
        memory = settings.aws_lambda_function_memory_size
        threads = engine_threads(memory, bundle.parameters)
        network = fastest_network(bundle, threads, settings.generate_batch)
        engine = Engine(bundle, network, self.world.now)
        return Worker(
            bundle=bundle,
            author=Author(bundle, engine, settings.most_shared_words),
            store=ReviewStore(clients.patient_table(settings.reviews_table)),
            site=site,
            mailer=Mailer(clients.sesv2(), settings.configuration_set),
            letterhead=Letterhead(settings.site_name, settings.site_url, settings.mail_from),
            links=self._links,
            world=self.world,
        )

    @property
    def _links(self) -> LinkMaker:
        settings = self.settings
        keys = signing_keys(clients.ssm(), settings.signing_key_parameter)
        subscribers = Subscribers(clients.patient_table(settings.subscribers_table), keys)
        return LinkMaker(settings.site_url, subscribers, keys)


def _facts(bundle: Bundle) -> ModelFacts:
    return ModelFacts(
        name=bundle.name,
        hash=bundle.hash,
        base_model=bundle.base_model,
        parameters=bundle.parameters,
        license_of_weights=bundle.license_of_weights,
        license_of_corpus=bundle.license_of_corpus,
        decades=bundle.decades,
        corpus_books=bundle.corpus_books,
        corpus_words=bundle.corpus_words,
    )
