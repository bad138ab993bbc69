"""The account that is shipped to: the operator's own on AWS, or this computer's emulated one."""

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)

from operate.cloud import AT_ONCE, session_on_aws, session_on_this_computer
from ship.refusals import AccountUnusable

_SETTINGS = Config(retries={"mode": "standard", "total_max_attempts": 5}, read_timeout=180)
_PATHS = Config(s3={"addressing_style": "path"})
"""The emulated S3 has one host for all buckets."""
_NO_CREDENTIALS = (
    "No AWS credentials were found: run `aws configure` (or `aws configure sso`), "
    "or name a profile with --profile."
)


@dataclass(frozen=True, slots=True)
class Account:
    """One account in one region."""

    session: boto3.Session
    number: str
    endpoint: str | None = None
    """Where the emulated AWS listens; none on AWS itself."""

    @property
    def region(self) -> str:
        """The region's name."""
        return str(self.session.region_name)

    def client(self, service: str) -> Any:  # noqa: ANN401  # each service's client has its own type
        """Return a client of the service."""
        settings = _SETTINGS.merge(_PATHS) if self.endpoint else _SETTINGS
        return self.session.client(service, endpoint_url=self.endpoint, config=settings)  # type: ignore[call-overload]  # by name


def on_aws(region: str | None, profile: str | None) -> Account:
    """Return the account of the operator's credentials. Raises AccountUnusable."""
    try:
        session = session_on_aws(region, profile)
    except ProfileNotFound as error:
        raise AccountUnusable(
            f"AWS's settings on this computer have no profile {error.kwargs['profile']}: "
            "`aws configure list-profiles` tells which they have."
        ) from error
    _check_region(session)
    return Account(session, _number(session, None))


def on_this_computer(state: Path) -> Account:
    """Return the account that `make run` emulates from a state folder. Raises AccountUnusable."""
    try:
        session, endpoint = session_on_this_computer(state)
    except (OSError, ValueError) as error:
        raise AccountUnusable(
            f"No local cloud runs from {state}: start it with `make run`, or name its STATE folder."
        ) from error
    return Account(session, _number(session, endpoint), endpoint)


def _check_region(session: boto3.Session) -> None:
    """Refuse no region, and one that no AWS has: it would be looked up in vain for minutes."""
    region = session.region_name
    if not region:
        raise AccountUnusable(
            "No region is set: give --region, as in --region eu-central-1, or set AWS_REGION."
        )
    known = [
        name
        for partition in session.get_available_partitions()
        for name in session.get_available_regions("lambda", partition_name=partition)
    ]
    if region not in known:
        near = difflib.get_close_matches(region, known, n=3, cutoff=0.4)
        hint = f" Is one of these meant: {', '.join(near)}?" if near else ""
        raise AccountUnusable(f"AWS has no region called {region}: give another --region.{hint}")


def _number(session: boto3.Session, endpoint: str | None) -> str:
    """Return the account's number, which shows that the credentials are taken."""
    try:
        settings = _SETTINGS.merge(AT_ONCE) if endpoint else _SETTINGS
        asked = session.client("sts", endpoint_url=endpoint, config=settings)
        return str(asked.get_caller_identity()["Account"])
    except NoCredentialsError as error:
        raise AccountUnusable(_NO_CREDENTIALS) from error
    except PartialCredentialsError as error:
        raise AccountUnusable(f"The AWS credentials are only half there ({error}).") from error
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise AccountUnusable(
            f"AWS does not take these credentials in {session.region_name} ({code}): sign in anew "
            "(`aws sso login`, `aws configure`), or look whether the account has this region "
            "switched on."
        ) from error
    except BotoCoreError as error:
        if endpoint:
            raise AccountUnusable(
                "The local cloud does not answer: start it with `make run`."
            ) from error
        raise AccountUnusable(
            f"AWS could not be asked ({error}): look at the network and at the credentials."
        ) from error
