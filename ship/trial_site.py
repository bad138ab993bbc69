"""A local site of its own, started for a trial and gone after it: something to answer to.

What is shipped is tried against it as the functions that it runs itself are: with their
environment, on its tables and its queue.
"""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.place import ROOT
from operate.cloud import DEFAULT_STACK, LOCAL_ACCOUNT, LOCAL_REGION, Site, on_this_computer
from ship.errors import BuildFailed

_READY = "is at http://"
_SECONDS_TO_STOP = 30
_OF_THIS_COMPUTER = frozenset({"MODEL_DIR"})
"""Variables by which the local site points its functions at files outside their package."""


@dataclass(frozen=True, slots=True)
class TrialSite:
    """A site that runs: its address, and the AWS that it emulates."""

    url: str
    aws: Site

    def function(self, resource: str) -> str:
        """Return the name of the function that the template calls so."""
        told = self.aws.client("cloudformation").describe_stack_resource(
            StackName=DEFAULT_STACK, LogicalResourceId=resource
        )
        return str(told["StackResourceDetail"]["PhysicalResourceId"])

    def environment(self, resource: str) -> dict[str, str]:
        """Return what a function finds in its environment, so that it reaches this site's AWS."""
        told = self.aws.client("lambda").get_function_configuration(
            FunctionName=self.function(resource)
        )
        variables: dict[str, str] = told["Environment"]["Variables"]
        return {
            **{name: text for name, text in variables.items() if name not in _OF_THIS_COMPUTER},
            "AWS_ENDPOINT_URL": str(self.aws.endpoint),
            "AWS_REGION": LOCAL_REGION,
            "AWS_DEFAULT_REGION": LOCAL_REGION,
            "AWS_ACCESS_KEY_ID": LOCAL_ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "local",
            "_HANDLER": told["Handler"],
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_FUNCTION_NAME": resource,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(told["MemorySize"]),
        }

    def get(self, path: str) -> bytes:
        """Return what the site answers at a path."""
        return _answer(urllib.request.Request(self.url + path))  # noqa: S310  # our own site

    def submit(self, **fields: Any) -> str:  # noqa: ANN401  # what a form may hold
        """Ask for a review, and return its id."""
        body = json.dumps(fields).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/submission", body, headers)  # noqa: S310
        return str(json.loads(_answer(request))["id"])


@contextlib.contextmanager
def trial_site() -> Iterator[TrialSite]:
    """Start a local site on a free port, and stop it at the end. Raises BuildFailed."""
    with tempfile.TemporaryDirectory(prefix="ship-site-") as folder:
        port = _free_port()
        command = [sys.executable, "-m", "local", "run", "--port", str(port), "--state", folder]
        with subprocess.Popen(  # noqa: S603  # our own module
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                _await_ready(process)
                url = f"http://localhost:{port}"
                yield TrialSite(url, on_this_computer(Path(folder)))
            finally:
                _end(process)


def _await_ready(process: "subprocess.Popen[str]") -> None:
    """Read what the site prints until it says that it is ready. Raises BuildFailed."""
    said: deque[str] = deque(maxlen=12)
    for line in process.stdout or ():
        said.append(line.rstrip())
        if _READY in line:
            return
    raise BuildFailed("the local site did not start. It said:\n  " + "\n  ".join(said))


def _end(process: "subprocess.Popen[str]") -> None:
    """Let the site stop as Ctrl-C does; where it does not, end it."""
    process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=_SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answer(request: urllib.request.Request) -> bytes:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=30) as answer:
        content: bytes = answer.read()
    return content
