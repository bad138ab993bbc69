"""Real workers of the real local stack, stopped with a signal in the middle of their work.

Only `make chaos` runs this: a worker's lease (20 s) has to end on a real clock. Nothing waits for a
fixed time; the sweep is called until it finds what it looks for.
"""

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from local.deploy import STACK, Cloud
from local.place import Place
from local.ports import HOST
from tests.chaos.table import Table
from tests.e2e.site import awaited, status_of, submitted
from tests.stack import Stack

pytestmark = pytest.mark.stack

_BATCH = 4
"""How many reviews one worker writes together: the template's default."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Start one stack for the module."""
    with Stack(tmp_path_factory.mktemp("chaos") / "state") as stack:
        yield stack


def cloud_of(stack: Stack) -> tuple[Cloud, dict[str, str]]:
    """Return the stack's emulated AWS, and what its deployment put out."""
    cloud = Cloud(f"http://{HOST}:{Place(stack.state).endpoint_port.read_text()}")
    (found,) = cloud.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    return cloud, {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}


def sweep(stack: Stack) -> None:
    """Call the sweep, as its schedule would."""
    cloud, names = cloud_of(stack)
    answer = cloud.client("lambda").invoke(
        FunctionName=names["SweepFunctionName"], Payload=json.dumps({"source": "a test"})
    )
    assert "FunctionError" not in answer


def deliver_again(stack: Stack, addresses: list[str]) -> None:
    """Put every message into the queue once more.

    What was not yet claimed when its worker was killed, or was being mailed, would wait for SQS to
    do that, for 12 minutes.
    """
    cloud, names = cloud_of(stack)
    for address in addresses:
        body = json.dumps({"id": address.rpartition("/")[2]})
        cloud.client("sqs").send_message(QueueUrl=names["QueueUrl"], MessageBody=body)


def workers(stack: Stack) -> set[int]:
    """Return the processes that write reviews: those that know who sends the mails."""
    found: set[int] = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
            words = (folder / "cmdline").read_bytes()
        except OSError:  # it has ended meanwhile, or is another user's
            continue
        is_ours = str(stack.state).encode() in environment and b"worker.py" in words
        if is_ours and b"\0MAIL_FROM=" in environment:
            found.add(int(folder.name))
    return found


def writing_together(stack: Stack, name: str, count: int) -> tuple[list[str], set[int]]:
    """Submit so many, and again, until some are stopped while they are being written.

    Returns the addresses of all reviews, and the stopped workers.
    """
    addresses: list[str] = []

    def stopped() -> set[int] | None:
        begun = [
            submitted(stack.url, submission_email=f"{name}{len(addresses) + number}@example.org")
            for number in range(count)
        ]
        addresses.extend(begun)
        awaited(lambda: any(_is_past_queue(url) for url in begun) or None, "a worker")
        held = workers(stack)
        for process in held:
            os.kill(process, signal.SIGSTOP)
        if any(status_of(url)["state"] == "writing" for url in begun):
            return held
        for process in held:
            os.kill(process, signal.SIGCONT)
        return None

    return addresses, awaited(stopped, "a worker that is stopped while it writes")


def _is_past_queue(review_url: str) -> bool:
    return bool(status_of(review_url)["state"] != "queued")


def all_ready(stack: Stack, addresses: list[str]) -> list[str]:
    """Sweep until every review is ready; return the texts."""

    def texts() -> list[str] | None:
        sweep(stack)
        found = [status_of(url) for url in addresses]
        if any(status["state"] == "failed" for status in found):
            raise AssertionError(f"failed:\n{stack.logs()}")
        return None if any(s["state"] != "ready" for s in found) else [s["text"] for s in found]

    return awaited(texts, "every review")


def mails_to(stack: Stack, name: str) -> list[str]:
    """Return the addressees of this test's mails."""
    return sorted(mail["to"] for mail in stack.outbox() if mail["to"].startswith(name))


def _check(stack: Stack, name: str, addresses: list[str], act: Callable[[], None]) -> None:
    """Wait for all texts and mails, act, and see that nothing changes any more."""
    deliver_again(stack, addresses)
    texts = all_ready(stack, addresses)
    expected = sorted(f"{name}{number}@example.org" for number in range(len(addresses)))
    deliver_again(stack, addresses)
    awaited(lambda: len(mails_to(stack, name)) >= len(expected) or None, "the mails")
    act()
    last = submitted(stack.url, prompt="The last one, behind all others")
    all_ready(stack, [last])
    assert [status_of(url)["text"] for url in addresses] == texts
    mailed = mails_to(stack, name)
    assert sorted(set(mailed)) == expected
    assert all(mailed.count(address) <= 2 for address in expected)  # 2: killed behind the sending
    assert all(requests.get(url, timeout=30).status_code == 200 for url in addresses)


def test_a_worker_that_wakes_up_changes_nothing(tmp_path: Path, table: Table) -> None:
    """SIGSTOP until another has written its review, then SIGCONT: the text stays, as does all else.

    On a stack of its own, which has one worker: one that is idle must not be stopped.
    """
    name = "slept-"
    with Stack(tmp_path / "state") as stack:
        addresses, held = writing_together(stack, name, 1)

        def wake() -> None:
            for process in held:
                os.kill(process, signal.SIGCONT)

        assert len(held) == 1
        _check(stack, name, addresses, wake)
    table.add("a real worker sleeps beyond its lease, and wakes (SIGSTOP)", "ready, mailed")


@pytest.mark.parametrize("round_", range(3))
def test_a_killed_worker_loses_nothing(stack: Stack, table: Table, round_: int) -> None:
    """SIGKILL while it writes several reviews: another writes them, and each mail goes out."""
    name = f"killed{round_}-"
    addresses, held = writing_together(stack, name, _BATCH)
    for process in held:
        os.kill(process, signal.SIGKILL)
    _check(stack, name, addresses, lambda: None)
    table.add("a real worker is killed while it writes (SIGKILL)", "ready, mailed")
