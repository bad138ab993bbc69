"""An account whose services answer what a test says, in AWS's own shape (botocore checks it)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.stub import Stubber

from ship.account import Account

REGION = "eu-central-1"
NUMBER = "123456789012"


@dataclass
class Answers:
    """What each service is going to be asked, and answers."""

    session: boto3.Session = field(default_factory=lambda: boto3.Session(region_name=REGION))
    stubbers: dict[str, Stubber] = field(default_factory=dict)

    def of(self, service: str) -> Stubber:
        """Return what holds a service's answers."""
        if service not in self.stubbers:
            client: Any = self.session.client(service)  # type: ignore[call-overload]  # by name
            stubber = Stubber(client)
            stubber.activate()
            self.stubbers[service] = stubber
        return self.stubbers[service]


@dataclass(frozen=True)
class AnsweringAccount(Account):
    """The account; it has no endpoint, so it is taken for AWS."""

    answering: Callable[[str], Any] | None = None

    def client(self, service: str) -> Any:
        """Return the service's client, which asks nobody."""
        assert self.answering is not None
        return self.answering(service)


def account_with(answers: Answers) -> Account:
    """Return an account of these answers."""
    return AnsweringAccount(
        answers.session, NUMBER, None, lambda service: answers.of(service).client
    )
