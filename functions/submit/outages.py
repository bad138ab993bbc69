"""What is said where something behind the function does not answer, and when to come back."""

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from artreview.errors import FieldError, SettingMissing

OUTAGES = (BotoCoreError, ClientError, SettingMissing)
"""What AWS raises through boto3, and what is raised where a setting or a key cannot be read."""

STATUS = 503
RETRY_SECONDS = 60

UNAVAILABLE = FieldError(
    "", "unavailable", "Something behind this page does not answer just now. Try again in a minute."
)

logger = Logger(child=True)


def log_outage(error: Exception) -> None:
    """Log what did not answer, without its message: boto3 quotes there what a visitor sent."""
    facts = {"kind": type(error).__name__}
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "")
        facts |= {"code": code, "operation": error.operation_name}
    if isinstance(error, SettingMissing):
        facts["reason"] = str(error)
    logger.error("something behind the function did not answer", extra=facts)
