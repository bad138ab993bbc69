"""The AWS clients, with time limits that fit what waits for them.

boto3 by itself waits 60 s for a connection and 60 s for an answer
(https://docs.aws.amazon.com/botocore/latest/reference/config.html): longer than a visitor does, and
longer than the functions live.
"""

from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_dynamodb.service_resource import Table
    from types_boto3_lambda.client import LambdaClient
    from types_boto3_sesv2.client import SESV2Client
    from types_boto3_sqs.client import SQSClient
    from types_boto3_ssm.client import SSMClient

_VISITOR_ATTEMPTS = 2
"""While a visitor waits: two, within six seconds at the worst."""

_WORKER_ATTEMPTS = 5
"""While only the queue waits: what throttles may take its time."""

_ONCE = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1})
"""What must not be done twice, or may take its time: a mail, the drawing of a page. Shorter than
the lease on a mail, so that nobody else sends it meanwhile; the queue tries again."""


def table(name: str) -> "Table":
    """Return a DynamoDB table, for a function that a visitor waits for."""
    return boto3.resource("dynamodb", config=_short(_VISITOR_ATTEMPTS)).Table(name)


def patient_table(name: str) -> "Table":
    """Return a DynamoDB table, for a function that nobody waits for."""
    return boto3.resource("dynamodb", config=_short(_WORKER_ATTEMPTS)).Table(name)


def sqs() -> "SQSClient":
    """Return a client of the queues."""
    return boto3.client("sqs", config=_short(_VISITOR_ATTEMPTS))


def ssm() -> "SSMClient":
    """Return a client of the parameters."""
    return boto3.client("ssm", config=_short(_VISITOR_ATTEMPTS))


def sesv2() -> "SESV2Client":
    """Return a client of the mail service."""
    return boto3.client("sesv2", config=_ONCE)


def lambda_() -> "LambdaClient":
    """Return a client of the functions."""
    return boto3.client("lambda", config=_ONCE)


def cloudfront() -> Any:  # noqa: ANN401  # its types are no dependency of this project
    """Return a client of CloudFront."""
    return boto3.client("cloudfront", config=_short(_VISITOR_ATTEMPTS))


def _short(attempts: int) -> Config:
    """Return limits for what answers in milliseconds; who has not by then is asked again."""
    retries: Any = {"total_max_attempts": attempts, "mode": "standard"}
    return Config(connect_timeout=1, read_timeout=2, retries=retries)
