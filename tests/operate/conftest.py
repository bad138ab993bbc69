"""A site whose stack is made up, on the account in memory, and the operator's commands at it."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass

import boto3
import pytest

from operate import command_line
from operate.cloud import Site
from operate.commands import Office
from tests.aws import Account
from tests.fakes import FakeWorld

Run = Callable[..., str]


@dataclass(frozen=True)
class Operator:
    """Types commands."""

    site: Site
    now: float

    def run(self, *words: str) -> str:
        """Return what a command prints."""
        options: argparse.Namespace = command_line.parser().parse_args(words)
        return str(options.run(Office(self.site, self.now), options))


@pytest.fixture
def operator(account: Account, world: FakeWorld) -> Operator:
    """Return the operator of the account's site."""
    outputs = {
        "SiteAddress": account.environment["SITE_URL"],
        "ReviewsTableName": account.environment["REVIEWS_TABLE"],
        "SiteTableName": account.environment["SITE_TABLE"],
        "SubscribersTableName": account.environment["SUBSCRIBERS_TABLE"],
        "DeadLetterQueueUrl": account.environment["DEAD_LETTER_QUEUE_URL"],
        "SweepFunctionName": "sweep",
    }
    parameters = {
        "GenerateMemory": "3008",
        "DailyCeiling": "400",
        "SigningKeyParameter": account.environment["SIGNING_KEY_PARAMETER"],
    }
    return Operator(Site(boto3.Session(), None, outputs, parameters), world.now())
