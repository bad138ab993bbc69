"""An AWS account in memory, set up from the project's own template."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import yaml
from botocore.config import Config

from artreview.gallery import Gallery
from artreview.lineage import Lineage
from artreview.queue import ReviewQueue
from artreview.site import SiteFacts
from artreview.store import ReviewStore
from artreview.subscribers import Subscribers

TEMPLATE = Path(__file__).parents[1] / "infra" / "template.yaml"
KEYS = (bytes(range(32)), bytes(range(32, 64)))
SENDER = "reviews@example.org"
REGION = "eu-central-1"
_CONFIG = Config(ignore_configured_endpoint_urls=True)  # type: ignore[call-arg]  # not in the stubs
_KEY_PARAMETER = "/art-review-generator/signing-keys"


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms (`!Ref`, `!GetAtt`, …) as the text behind them."""


def _short_form(loader: _Loader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return None


_Loader.add_multi_constructor("!", _short_form)


@cache
def template() -> dict[str, Any]:
    """Return the template, its short forms left unresolved."""
    loaded = yaml.load(TEMPLATE.read_text("utf-8"), _Loader)  # a SafeLoader
    assert isinstance(loaded, dict)
    return loaded


@cache
def client(service: str) -> Any:
    """Return the tests' own client of a service, the same for every account in memory.

    Making one takes longer than most tests. moto answers any client, whenever it was made.
    """
    return _session().client(service, config=_CONFIG)  # type: ignore[call-overload]  # any service


@cache
def _tables() -> Any:
    return _session().resource("dynamodb", config=_CONFIG)


@cache
def _session() -> boto3.Session:
    """Return a session with settings of its own, whatever those of the first test that asks are."""
    return boto3.Session("testing", "testing", region_name=REGION)


@dataclass(frozen=True)
class Account:
    """The account's parts, as the functions use them."""

    store: ReviewStore
    gallery: Gallery
    lineage: Lineage
    site: SiteFacts
    subscribers: Subscribers
    queue: ReviewQueue
    environment: dict[str, str]

    @property
    def queued(self) -> list[str]:
        """Receive what is in the queue, and return the ids."""
        answer = client("sqs").receive_message(
            QueueUrl=self.environment["QUEUE_URL"], MaxNumberOfMessages=10, VisibilityTimeout=0
        )
        return [json.loads(message["Body"])["id"] for message in answer.get("Messages", [])]

    def items(self, table: str) -> list[dict[str, Any]]:
        """Return all that lies in a table, named as in the functions' environment."""
        items: list[dict[str, Any]] = _tables().Table(self.environment[table]).scan()["Items"]
        return items

    def item(self, review_id: str) -> dict[str, Any]:
        """Return a review's item as it lies in the table."""
        table = _tables().Table(self.environment["REVIEWS_TABLE"])
        item: dict[str, Any] = table.get_item(Key={"id": review_id})["Item"]
        return item


def new_account() -> Account:
    """Create the tables, the queue, the keys and the sender; call it inside `mock_aws`."""
    reviews, site = new_table("ReviewsTable"), new_table("SiteTable")
    limits, subscribers = new_table("LimitsTable"), new_table("SubscribersTable")
    dead_letters_url, queue_url = _new_queues()
    client("ssm").put_parameter(
        Name=_KEY_PARAMETER, Value=",".join(key.hex() for key in KEYS), Type="SecureString"
    )
    client("sesv2").create_email_identity(EmailIdentity=SENDER)
    tables = _tables()
    return Account(
        store=ReviewStore(tables.Table(reviews)),
        gallery=Gallery(tables.Table(reviews)),
        lineage=Lineage(tables.Table(reviews)),
        site=SiteFacts(tables.Table(site)),
        subscribers=Subscribers(tables.Table(subscribers), KEYS),
        queue=ReviewQueue(client("sqs"), queue_url),
        environment={
            "SITE_NAME": "Art Review Generator",
            "SITE_URL": "https://reviews.example.org",
            "REVIEWS_TABLE": reviews,
            "SITE_TABLE": site,
            "QUEUE_URL": queue_url,
            "DEAD_LETTER_QUEUE_URL": dead_letters_url,
            "SIGNING_KEY_PARAMETER": _KEY_PARAMETER,
            "RENDER_FUNCTION": "render",
            "MAIL_DNS_CHECK": "off",
            "MAIL_FROM": SENDER,
            "GENERATE_CONCURRENCY": "2",
            "GENERATE_BATCH": "1",
            "PATTERNS": "off",
            "LIMITS_TABLE": limits,
            "SUBSCRIBERS_TABLE": subscribers,
            "HOURLY_SUBMISSIONS": "30",
            "DAILY_SUBMISSIONS": "60",
            "HOURLY_PROGRAMS": "10",
            "HOURLY_REPORTS": "20",
            "DAILY_MAILS": "5",
            "DAILY_CEILING": "400",
        },
    )


def _new_queues() -> tuple[str, str]:
    """Create both queues as the template has them; return the dead letters' address first."""
    queues = client("sqs")
    properties = template()["Resources"]["Queue"]["Properties"]
    redrive = properties["RedrivePolicy"]["maxReceiveCount"]
    dead_url = queues.create_queue(QueueName="dead-letters")["QueueUrl"]
    known = queues.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["QueueArn"])
    policy = {"deadLetterTargetArn": known["Attributes"]["QueueArn"], "maxReceiveCount": redrive}
    attributes: Any = {
        "VisibilityTimeout": str(properties["VisibilityTimeout"]),
        "RedrivePolicy": json.dumps(policy),
    }
    return dead_url, queues.create_queue(QueueName="queue", Attributes=attributes)["QueueUrl"]


def new_table(resource: str, name: str = "") -> str:
    """Create a table as the template describes it, by its resource's name or one of its own."""
    properties = template()["Resources"][resource]["Properties"]
    wanted = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    known = {name: properties[name] for name in wanted if name in properties}
    client("dynamodb").create_table(TableName=name or resource, **known)
    return name or resource
