"""What every test lives in: no real network, no real account, no real environment."""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from hypothesis import settings
from moto import backend_index, mock_aws

from tests.aws import REGION, Account, new_account
from tests.fakes import FakeWorld

settings.register_profile("ours", deadline=None)  # a busy computer is no fault
settings.load_profile("ours")

_SERVICES = {
    *("awslambda", "cloudformation", "cloudfront", "dynamodb", "ecr", "logs", "route53"),
    *("s3", "ses", "sesv2", "sns", "sqs", "ssm", "sts"),
}
"""What the tests call, by moto's names. Another service answers 404: add it here."""

_LONG_FOLDERS = ("training", "chaos", "e2e")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders whose files take longest, so that all processes end together.

    The whole site comes last of these: meanwhile `make test` builds its environments.
    """
    items.sort(key=_place_in_line)


def _place_in_line(item: pytest.Item) -> int:
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    return _LONG_FOLDERS.index(folder) if folder in _LONG_FOLDERS else len(_LONG_FOLDERS)


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test reach another machine."""
    connect = socket.socket.connect

    def connect_to_loopback(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "127.0.0.1"
        if host not in {"127.0.0.1", "::1", "localhost"}:
            pytest.fail(f"a test tried to reach {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_to_loopback)


@pytest.fixture(autouse=True)
def _no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the developer's own AWS settings, and give keys that open nothing."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="session", autouse=True)
def _descriptions_read_once() -> Iterator[None]:
    """Let all of boto3's sessions share what they read of the services, and never change.

    moto begins each account with a new session, which lists the services' folders and reads
    megabytes of JSON again: half of what a test of an account took.
    """
    read: dict[tuple[Any, ...], Any] = {}

    def once(name: str) -> Callable[..., Any]:
        asked = getattr(Loader, name)

        def answer(loader: Loader, *arguments: str, **named: str) -> Any:
            key = (name, tuple(loader.search_paths), arguments, tuple(named.items()))
            if key not in read:
                read[key] = asked(loader, *arguments, **named)
            return read[key]

        return answer

    with pytest.MonkeyPatch.context() as patch:
        for name in ("load_data_with_path", "list_available_services"):
            patch.setattr(Loader, name, once(name))
        yield


@pytest.fixture(scope="session", autouse=True)
def _only_our_services() -> Iterator[None]:
    """Let moto know the services that we call, not all of AWS's.

    For each account it registers every service's addresses anew, once for each method of HTTP.
    """
    ours = [
        (service, address)
        for service, address in backend_index.backend_url_patterns
        if service in _SERVICES
    ]
    assert {service for service, _ in ours} == _SERVICES
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backend_index, "backend_url_patterns", ours)
        yield


@pytest.fixture
def world() -> FakeWorld:
    """Return a clock that stands still until told to go on, and dice that fall the same way."""
    return FakeWorld()


@pytest.fixture
def account() -> Iterator[Account]:
    """Return an account in memory, its tables and its queue as the template describes them."""
    with mock_aws():
        yield new_account()
