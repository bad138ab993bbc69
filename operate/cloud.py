"""Where the site is: on AWS, under the operator's own credentials, or on this computer."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from operate.errors import SiteUnreachable

DEFAULT_STACK = "art-review-generator"
LOCAL_REGION = "us-east-1"
LOCAL_ACCOUNT = "000000000000"
LOCAL_PORT_FILE = "endpoint-port"
"""In the state folder of `make run`: the port of the AWS that it emulates."""
AT_ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1})
"""A cloud on this computer answers, or does not run: who waits for it learns nothing more."""


@dataclass(frozen=True, slots=True)
class Site:
    """One deployed site: its AWS, and what its stack is made of."""

    session: boto3.Session
    endpoint: str | None
    outputs: Mapping[str, str]
    parameters: Mapping[str, str]
    stack: str = DEFAULT_STACK
    state: Path | None = None
    """The state folder of a site on this computer; None for one on AWS."""

    def client(self, service: str) -> Any:  # noqa: ANN401  # each service's client has its own type
        """Return a client of the service."""
        return self.session.client(service, endpoint_url=self.endpoint)  # type: ignore[call-overload]  # by name

    def table(self, output: str) -> Any:  # noqa: ANN401  # as above
        """Return the table that an output names."""
        return self.session.resource("dynamodb", endpoint_url=self.endpoint).Table(
            self.outputs[output]
        )


def on_aws(stack: str, region: str | None, profile: str | None) -> Site:
    """Return the site of this stack. Raises SiteUnreachable."""
    try:
        return _site(session_on_aws(region, profile), None, stack)
    except NoRegionError as error:
        message = "No region is set: give --region, or set AWS_REGION."
        raise SiteUnreachable(message) from error
    except NoCredentialsError as error:
        message = "No credentials were found: run `aws configure`, or give --profile."
        raise SiteUnreachable(message) from error
    except BotoCoreError as error:
        raise SiteUnreachable(f"AWS could not be asked: {error}") from error


def on_this_computer(state: Path, stack: str = DEFAULT_STACK) -> Site:
    """Return a site of the local cloud that runs from this state folder. Raises SiteUnreachable.

    `make run` serves the one of the default stack; `make deploy` may have put others beside it.
    """
    try:
        session, endpoint = session_on_this_computer(state)
    except (OSError, ValueError) as error:
        message = f"No site runs from {state}: start one with `make run`, or name its STATE folder."
        raise SiteUnreachable(message) from error
    try:
        site = _site(session, endpoint, stack)
        return replace(site, state=state)
    except BotoCoreError as error:
        message = f"The site of {state} does not answer: start it with `make run`."
        raise SiteUnreachable(message) from error


def session_on_aws(region: str | None, profile: str | None) -> boto3.Session:
    """Return a session with the operator's credentials. Raises botocore's ProfileNotFound.

    AWS's own command line reads AWS_REGION, and boto3 only AWS_DEFAULT_REGION.
    """
    return boto3.Session(
        region_name=region or os.environ.get("AWS_REGION") or None, profile_name=profile
    )


def session_on_this_computer(state: Path) -> tuple[boto3.Session, str]:
    """Return a session with the AWS that `make run` emulates, and where that listens.

    Raises OSError or ValueError where nothing has run from the state folder.
    """
    port = int((state / LOCAL_PORT_FILE).read_text())
    session = boto3.Session(
        region_name=LOCAL_REGION,
        aws_access_key_id=LOCAL_ACCOUNT,
        aws_secret_access_key="local",  # noqa: S106  # the emulator's; it opens nothing
    )
    return session, f"http://127.0.0.1:{port}"


def _site(session: boto3.Session, endpoint: str | None, stack: str) -> Site:
    settings = AT_ONCE if endpoint else None
    stacks = session.client("cloudformation", endpoint_url=endpoint, config=settings)
    try:
        (found,) = stacks.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "ValidationError":
            where = session.region_name
            message = f"No stack is called {stack} in {where}: give --stack and --region."
            raise SiteUnreachable(message) from error
        raise SiteUnreachable(f"AWS refused to tell of the stack {stack}: {code}.") from error
    return Site(
        session=session,
        endpoint=endpoint,
        outputs={one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])},
        parameters={
            one["ParameterKey"]: one.get("ParameterValue", "")
            for one in found.get("Parameters", [])
        },
        stack=stack,
    )
