"""Finding the site: what is missing is told in one line, with the way forward."""

from pathlib import Path

import boto3
import pytest
from botocore.exceptions import NoCredentialsError

from local.deploy import STACK
from local.emulator import ACCOUNT, REGION
from local.place import Place
from operate import cloud, command_line
from operate.errors import SiteUnreachable
from tests.aws import Account


def test_the_local_site_is_where_make_run_puts_it(tmp_path: Path) -> None:
    """Port file, region, account and stack are those of the local cloud."""
    assert Place(tmp_path).endpoint_port == tmp_path / cloud.LOCAL_PORT_FILE
    assert (cloud.LOCAL_REGION, cloud.LOCAL_ACCOUNT) == (REGION, ACCOUNT)
    assert cloud.DEFAULT_STACK == STACK


@pytest.mark.usefixtures("account")
def test_a_stack_that_is_not_there_is_named() -> None:
    """With the region, where it may have been looked for wrongly."""
    with pytest.raises(SiteUnreachable, match="No stack is called mine in eu-central-1"):
        cloud.on_aws("mine", None, None)


def test_a_stack_tells_its_outputs_and_parameters(account: Account) -> None:
    """By name."""
    assert account.environment
    body = """
    {"Parameters": {"Memory": {"Type": "String", "Default": "3008"}},
     "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
     "Outputs": {"Name": {"Value": {"Ref": "Memory"}}}}
    """
    boto3.client("cloudformation").create_stack(StackName="mine", TemplateBody=body)
    site = cloud.on_aws("mine", None, None)
    assert site.outputs == {"Name": "3008"}
    assert site.parameters == {"Memory": "3008"}


def test_no_region_and_no_credentials_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with what to do."""
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(SiteUnreachable, match="--region"):
        cloud.on_aws("mine", None, None)

    def without(*_: object) -> None:
        raise NoCredentialsError

    monkeypatch.setattr(cloud, "_site", without)
    with pytest.raises(SiteUnreachable, match="aws configure"):
        cloud.on_aws("mine", "eu-central-1", None)


def test_a_site_that_does_not_run_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 2, and `make run` named."""
    assert command_line.main(["--local", "--state", str(tmp_path), "status"]) == 2
    told = capsys.readouterr()
    assert "make run" in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""
