"""No credentials, a wrong region, a refused key: one line each, and the way forward."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from ship import command_line
from ship.account import on_aws, on_this_computer
from ship.refusals import AccountUnusable

_REFUSAL = """<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code>
<Message>The security token included in the request is invalid.</Message></Error></ErrorResponse>"""


class Refusing(BaseHTTPRequestHandler):
    """STS, as it answers to a key that it does not know."""

    def do_POST(self) -> None:
        """Refuse."""
        self.send_response(403)
        self.end_headers()
        self.wfile.write(_REFUSAL.encode())

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


_IDENTITY = """<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/artist</Arn><UserId>A</UserId>
<Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"""


class Knowing(Refusing):
    """STS, as it answers to a key that it knows."""

    def do_POST(self) -> None:
        """Tell the account's number."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(_IDENTITY.encode())


@pytest.fixture
def refusing_sts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve an STS that takes no key."""
    with served(Refusing, monkeypatch):
        yield


@pytest.fixture
def knowing_sts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve an STS that takes every key."""
    with served(Knowing, monkeypatch):
        yield


@contextmanager
def served(sts: type[Refusing], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve it where boto3 looks for STS."""
    with HTTPServer(("127.0.0.1", 0), sts) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", address)
        yield
        server.shutdown()


def test_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """She is told how to have some."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(AccountUnusable, match="No AWS credentials were found: run `aws configure`"):
        on_aws("eu-central-1", None)


def test_half_of_the_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key without its secret is told as that."""
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(AccountUnusable, match="only half there"):
        on_aws("eu-central-1", None)


def test_credentials_that_aws_does_not_take(refusing_sts: None) -> None:
    """An old or foreign key, or a region that is switched off."""
    with pytest.raises(AccountUnusable, match=r"does not take.*InvalidClientTokenId.*sign in anew"):
        on_aws("eu-central-1", None)


def test_no_region(monkeypatch: pytest.MonkeyPatch) -> None:
    """She is told to name one."""
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(AccountUnusable, match="No region is set: give --region"):
        on_aws(None, None)


def test_the_region_is_the_one_that_was_exported(
    knowing_sts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS_REGION counts, as for AWS's own command line; an option goes before it."""
    monkeypatch.setenv("AWS_REGION", "eu-west-3")
    assert on_aws(None, None).region == "eu-west-3"
    assert on_aws("eu-north-1", None).region == "eu-north-1"


def test_a_region_that_does_not_exist() -> None:
    """A slip of the pen is told at once, with what may be meant."""
    with pytest.raises(AccountUnusable, match=r"no region called eu-centrl-1.*eu-central-1"):
        on_aws("eu-centrl-1", None)


def test_a_profile_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings on this computer do not have it, whether an option or AWS_PROFILE names it."""
    with pytest.raises(AccountUnusable, match="no profile nobody"):
        on_aws("eu-central-1", "nobody")
    monkeypatch.setenv("AWS_PROFILE", "nobody-either")
    with pytest.raises(AccountUnusable, match="no profile nobody-either"):
        on_aws("eu-central-1", None)


def test_no_local_cloud(tmp_path: Path) -> None:
    """Nothing runs from the folder, or no longer."""
    with pytest.raises(AccountUnusable, match="start it with `make run`"):
        on_this_computer(tmp_path)
    (tmp_path / "endpoint-port").write_text("9")
    with pytest.raises(AccountUnusable, match="does not answer: start it with `make run`"):
        on_this_computer(tmp_path)


def test_a_local_cloud_that_hangs_up_is_asked_once(tmp_path: Path) -> None:
    """Who waits for it learns nothing more from asking again."""
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            with suppress(OSError):  # the server is closed at the end
                while True:
                    caller, _ = server.accept()
                    calls.append(caller)
                    caller.close()

        threading.Thread(target=hang_up, daemon=True).start()
        (tmp_path / "endpoint-port").write_text(str(server.getsockname()[1]))
        with pytest.raises(AccountUnusable, match="does not answer"):
            on_this_computer(tmp_path)
    assert len(calls) == 1


def test_the_command_ends_with_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No trace of Python's, and a status that a program sees."""
    settings = ["--settings", str(tmp_path / "deploy.toml")]
    assert command_line.main([*settings, "--region", "nowhere-1", "deploy", "--yes"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("AWS has no region called nowhere-1")
    assert said.count("\n") == 1
