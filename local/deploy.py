"""Deploys `infra/template.yaml` to the emulated AWS, through CloudFormation as anywhere else."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local import package, state, template
from local.emulator import ACCOUNT, REGION
from local.errors import LocalError
from local.place import ROOT, Place

STACK = "art-review-generator"
TEMPLATE = ROOT / "infra" / "template.yaml"
_BUCKET = "art-review-generator-code"
_TEMPLATE_KEY = "template.json"
_PATIENCE_SECONDS = 120
_FORMAT = "1"
"""To be raised when what this module makes of the same template changes."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the last successful deployment was made from, and the stack's outputs."""

    made_from: str
    outputs: dict[str, str]


class Cloud:
    """Clients of the emulated AWS."""

    def __init__(self, endpoint: str) -> None:
        """Keep the address of the emulated AWS."""
        self._settings: dict[str, Any] = {
            "endpoint_url": endpoint,
            "region_name": REGION,
            "aws_access_key_id": ACCOUNT,
            "aws_secret_access_key": "local",
            "config": Config(
                retries={"total_max_attempts": 1}, read_timeout=180, s3={"addressing_style": "path"}
            ),
        }

    def client(self, service: str) -> Any:  # noqa: ANN401  # each service's client has its own type
        """Return a client of the service."""
        return boto3.client(service, **self._settings)  # type: ignore[call-overload]  # by name


def deploy(
    place: Place,
    cloud: Cloud,
    parameters: dict[str, str],
    image_variables: dict[str, str],
    say: Callable[[str], None],
) -> tuple[Deployment, bool]:
    """Bring the stack up to date; return what is deployed, and whether anything had to be done.

    The image variables go to the function that is an image elsewhere. Raises LocalError.
    """
    source = template.read(TEMPLATE)
    packages = _packages(source)
    made_from = _fingerprint(packages, parameters | image_variables)
    last = _last(place)
    if last is not None and last.made_from == made_from:
        return last, False
    say("Deploying the site …" if last is None else "Something changed: deploying the site anew …")
    _upload(cloud, packages)
    _prepare(cloud, parameters, state.signing_key(place))
    code = {name: template.Code(_BUCKET, made.key) for name, made in packages.items()}
    body = template.localised(source, code, image_variables)
    outputs = _apply(cloud.client("cloudformation"), _kept(cloud, body), parameters)
    settle_tables(cloud, source)
    return Deployment(made_from, outputs), True


def remember(place: Place, deployment: Deployment) -> None:
    """Note the deployment: the emulator's own state has been saved, and holds it."""
    state.write(place.deployed, json.dumps(asdict(deployment), indent=2).encode())


def _last(place: Place) -> Deployment | None:
    noted = state.read_json(place.deployed)
    try:
        return noted and Deployment(**noted)
    except TypeError:  # of another version of this module: deployed anew
        return Deployment("", {})


def _packages(source: template.Template) -> dict[str, package.Package]:
    kinds = {name: resource["Type"] for name, resource in source["Resources"].items()}
    return {
        name: package.layer(folder)
        if kinds[name] == template.LAYER
        else package.function(folder, ROOT)
        for name, folder in template.sources(source, TEMPLATE).items()
    }


def _fingerprint(packages: dict[str, package.Package], parameters: dict[str, str]) -> str:
    parts = [
        _FORMAT,
        version("ministack"),
        TEMPLATE.read_text(),
        json.dumps(parameters, sort_keys=True),
        *sorted(made.key for made in packages.values()),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _upload(cloud: Cloud, packages: dict[str, package.Package]) -> None:
    bucket = cloud.client("s3")
    bucket.create_bucket(Bucket=_BUCKET)
    for made in packages.values():
        bucket.put_object(Bucket=_BUCKET, Key=made.key, Body=made.content)


def _kept(cloud: Cloud, body: template.Template) -> str:
    """Put the template into the bucket, and return its address.

    A call takes 51,200 bytes of it at most, as on AWS; by its address it may have a million.
    """
    cloud.client("s3").put_object(Bucket=_BUCKET, Key=_TEMPLATE_KEY, Body=json.dumps(body).encode())
    return f"https://s3.amazonaws.com/{_BUCKET}/{_TEMPLATE_KEY}"


def _prepare(cloud: Cloud, parameters: dict[str, str], key: str) -> None:
    """Make what the stack takes for granted: the signing key, and a sender that SES knows."""
    cloud.client("ssm").put_parameter(
        Name=parameters["SigningKeyParameter"], Value=key, Type="SecureString", Overwrite=True
    )
    cloud.client("ses").verify_email_identity(EmailAddress=parameters["MailFrom"])


def _apply(
    formation: Any,  # noqa: ANN401  # see Cloud.client
    template_url: str,
    parameters: dict[str, str],
) -> dict[str, str]:
    """Create or update the stack, and return its outputs. Raises LocalError."""
    request = {
        "StackName": STACK,
        "TemplateURL": template_url,
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
        ],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    }
    try:
        if _status(formation):
            formation.update_stack(**request)
        else:
            formation.create_stack(**request)
    except ClientError as error:
        message = error.response["Error"]["Message"]
        if "No updates are to be performed" not in message:
            raise LocalError(f"The template was refused: {message}") from error
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (status := _status(formation)).endswith("_IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise LocalError(f"The deployment did not end in {_PATIENCE_SECONDS} s: {status}.")
        time.sleep(0.05)
    if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        raise LocalError(f"The deployment failed ({status}): {_first_failure(formation)}")
    stack = formation.describe_stacks(StackName=STACK)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _status(formation: Any) -> str:  # noqa: ANN401
    """Return the stack's status, or nothing where there is no stack."""
    try:
        return str(formation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"])
    except ClientError:
        return ""


def _first_failure(formation: Any) -> str:  # noqa: ANN401
    events = formation.describe_stack_events(StackName=STACK)["StackEvents"]
    for event in reversed(events):
        if event["ResourceStatus"].endswith("FAILED"):
            reason = event.get("ResourceStatusReason", "no reason given")
            return f"{event['LogicalResourceId']}: {reason}"
    return "no reason given"


class Clients(Protocol):
    """Whatever makes clients of the emulated AWS."""

    def client(self, service: str) -> Any:  # noqa: ANN401  # see Cloud.client
        """Return a client of the service."""


def settle_tables(cloud: Clients, source: template.Template, stack: str = STACK) -> None:
    """Apply by API what the emulator leaves out of a table's description."""
    formation, database = cloud.client("cloudformation"), cloud.client("dynamodb")

    def name_of(table: str) -> str:
        answer = formation.describe_stack_resource(StackName=stack, LogicalResourceId=table)
        return str(answer["StackResourceDetail"]["PhysicalResourceId"])

    for table, wanted in template.tables(source, "TimeToLiveSpecification").items():
        found = database.describe_time_to_live(TableName=name_of(table))
        if found["TimeToLiveDescription"]["TimeToLiveStatus"] != "ENABLED":
            database.update_time_to_live(TableName=name_of(table), TimeToLiveSpecification=wanted)
    for table, wanted in template.tables(source, "PointInTimeRecoverySpecification").items():
        database.update_continuous_backups(
            TableName=name_of(table), PointInTimeRecoverySpecification=wanted
        )
