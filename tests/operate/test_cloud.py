"""Finding the site: what is missing is told in one line, with the way forward."""

from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from local.deploy import STACK
from local.emulator import ACCOUNT, REGION
from local.place import Place
from operate import cloud, command_line
from operate.errors import SiteUnreachable


def test_the_local_site_is_where_make_run_puts_it(tmp_path: Path) -> None:
    """Port file, region, account and stack are those of the local cloud."""
    assert Place(tmp_path).endpoint_port == tmp_path / cloud.LOCAL_PORT_FILE
    assert (cloud.LOCAL_REGION, cloud.LOCAL_ACCOUNT) == (REGION, ACCOUNT)
    assert cloud.DEFAULT_STACK == STACK


class Stacks:
    """Stands for CloudFormation: it knows one stack."""

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803  # boto3's name
        """Tell of it, or refuse as AWS does."""
        if StackName != "mine":
            told = {"Error": {"Code": "ValidationError", "Message": "no such stack"}}
            raise ClientError(told, "DescribeStacks")  # type: ignore[arg-type]  # as much as is read
        return {
            "Stacks": [
                {
                    "Outputs": [{"OutputKey": "SiteAddress", "OutputValue": "https://a.example"}],
                    "Parameters": [{"ParameterKey": "GenerateMemory", "ParameterValue": "3008"}],
                }
            ]
        }


@pytest.fixture
def stacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put it in CloudFormation's place."""
    monkeypatch.setattr(boto3.Session, "client", lambda *_, **__: Stacks())


@pytest.mark.usefixtures("stacks")
def test_a_stack_that_is_not_there_is_named() -> None:
    """With the region, where it may have been looked for wrongly."""
    with pytest.raises(SiteUnreachable, match="No stack is called yours in eu-central-1"):
        cloud.on_aws("yours", None, None)


@pytest.mark.usefixtures("stacks")
def test_a_stack_tells_its_outputs_and_parameters() -> None:
    """By name."""
    site = cloud.on_aws("mine", None, None)
    assert site.outputs == {"SiteAddress": "https://a.example"}
    assert site.parameters == {"GenerateMemory": "3008"}


@pytest.mark.usefixtures("stacks")
def test_the_region_is_the_one_that_was_exported(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS_REGION counts, as for AWS's own command line; an option goes before it."""
    monkeypatch.setenv("AWS_REGION", "eu-west-3")
    assert cloud.on_aws("mine", None, None).session.region_name == "eu-west-3"
    assert cloud.on_aws("mine", "eu-north-1", None).session.region_name == "eu-north-1"


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


@pytest.mark.usefixtures("stacks")
def test_another_stack_of_the_local_cloud_can_be_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`make deploy ACCOUNT=--local` puts one beside the site of `make run`."""
    session = boto3.Session(region_name="us-east-1")
    monkeypatch.setattr(cloud, "session_on_this_computer", lambda _: (session, "http://localhost"))
    assert cloud.on_this_computer(tmp_path, "mine").outputs["SiteAddress"] == "https://a.example"
    with pytest.raises(SiteUnreachable, match="No stack is called yours"):
        cloud.on_this_computer(tmp_path, "yours")
