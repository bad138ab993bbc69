"""The whole local cloud, as `make run` starts it: it serves, keeps what it took, and stops."""

import copy
import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from local.deploy import STACK, Cloud
from local.place import Place
from local.ports import HOST
from tests.stack import ROOT, Stack, free_port

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Start one stack for the module, in a folder with a space in its name."""
    with Stack(tmp_path_factory.mktemp("local") / "my state") as stack:
        yield stack


def client(stack: Stack, service: str) -> Any:
    """Return a client of the stack's emulated AWS."""
    port = Place(stack.state).endpoint_port.read_text()
    return Cloud(f"http://{HOST}:{port}").client(service)


def outputs(stack: Stack) -> dict[str, str]:
    """Return the deployed stack's outputs."""
    (found,) = client(stack, "cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}


def get(url: str | urllib.request.Request) -> int:
    """Return the status of a request; a GET, where it is an address alone."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return int(error.code)


def submission(url: str) -> int:
    """Return the status of a submission without mail."""
    fields = {"prompt": "A blue horse", "eccentricity": 7}
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"{url}/submission", json.dumps(fields).encode(), headers)
    return get(request)


def run(port: int, state: str) -> str:
    """Return what `python -m local run` says when it refuses to."""
    command = [sys.executable, "-m", "local", "run", "--port", str(port), "--state", state]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 1
    return ended.stdout + ended.stderr


def test_it_says_where_the_site_is(stack: Stack) -> None:
    """One line, when the site answers."""
    last = stack.printed.splitlines()[-1]
    assert last == (
        f"Art Review Generator is at {stack.url}  "
        f"(mail: {stack.url}/_local/outbox, Ctrl-C stops it)"
    )
    assert get(f"{stack.url}/healthz") == 200


def test_the_emulated_aws_is_not_at_the_front_door(stack: Stack) -> None:
    """Its own pages are not found there."""
    for path in ("/_ministack/health", "/_aws/execute-api/x/y/z", "/health"):
        assert get(stack.url + path) == 404


def test_the_template_is_what_is_deployed(stack: Stack) -> None:
    """The tables' settings that the emulator's CloudFormation leaves out are there too."""
    database = client(stack, "dynamodb")
    names = outputs(stack)
    expiry = database.describe_time_to_live(TableName=names["SiteTableName"])
    assert expiry["TimeToLiveDescription"]["TimeToLiveStatus"] == "ENABLED"
    backups = database.describe_continuous_backups(TableName=names["ReviewsTableName"])
    described = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert described["PointInTimeRecoveryStatus"] == "ENABLED"
    assert names["SiteAddress"] == stack.url


def test_a_second_one_is_refused_in_one_line(stack: Stack) -> None:
    """The same state, and the same port with another state."""
    assert f"is in use: {stack.url}" in run(free_port(), str(stack.state))
    assert f"Port {stack.port} is taken" in run(stack.port, str(stack.state.parent / "other"))


def test_what_was_acknowledged_survives_a_kill(stack: Stack) -> None:
    """An item, a message, and a message that a worker had taken, right after the last answer."""
    names = outputs(stack)
    database, queues = client(stack, "dynamodb"), client(stack, "sqs")
    dead = names["DeadLetterQueueUrl"]
    queues.send_message(QueueUrl=dead, MessageBody="taken")
    (taken,) = queues.receive_message(QueueUrl=dead, VisibilityTimeout=720)["Messages"]
    assert taken["Body"] == "taken"
    for number in range(20):
        database.put_item(TableName=names["SiteTableName"], Item={"name": {"S": f"fact {number}"}})
    queues.send_message(QueueUrl=dead, MessageBody="sent")
    stack.restart()
    database, queues = client(stack, "dynamodb"), client(stack, "sqs")
    found = database.scan(TableName=names["SiteTableName"])["Items"]
    assert {f"fact {number}" for number in range(20)} <= {item["name"]["S"] for item in found}
    received = queues.receive_message(QueueUrl=dead, MaxNumberOfMessages=10)["Messages"]
    assert {message["Body"] for message in received} == {"taken", "sent"}
    assert "Deploying" not in stack.printed


def test_a_missing_permission_is_felt(stack: Stack) -> None:
    """The roles are enforced: without one right of its role a function cannot do its part."""
    role = client(stack, "cloudformation").describe_stack_resource(
        StackName=STACK, LogicalResourceId="SubmitRole"
    )["StackResourceDetail"]["PhysicalResourceId"]
    rights = client(stack, "iam")
    whole = rights.get_role_policy(RoleName=role, PolicyName="submit")["PolicyDocument"]
    lacking = copy.deepcopy(whole)
    lacking["Statement"][0]["Action"].remove("dynamodb:PutItem")
    assert submission(stack.url) == 202
    rights.put_role_policy(RoleName=role, PolicyName="submit", PolicyDocument=json.dumps(lacking))
    assert submission(stack.url) == 503
    rights.put_role_policy(RoleName=role, PolicyName="submit", PolicyDocument=json.dumps(whole))
    assert submission(stack.url) == 202


def test_it_stops_when_asked_to(stack: Stack) -> None:
    """Ctrl-C ends it with status 0, and it starts again where it was."""
    assert stack.stop() == 0
    assert "Everything is kept in" in stack.printed
    stack.start()
    assert get(f"{stack.url}/healthz") == 200
