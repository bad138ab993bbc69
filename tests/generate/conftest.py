"""The bundled model, loaded once; and every network, over made-up models."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from artreview.letters import Letterhead
from functions.generate.bundle import Bundle, load_bundle
from functions.generate.engine import Engine
from functions.generate.links import LinkMaker
from functions.generate.network.fastest import fastest_network
from functions.generate.network.graph_network import GraphNetwork
from functions.generate.network.kernel_network import KernelNetwork
from functions.generate.network.reading import Network
from functions.generate.worker import Worker
from tests.aws import KEYS, Account
from tests.fakes import FakeWorld, RecordingMailer, ScriptedAuthor
from tests.generate.networks import KERNEL_LEVELS, Opener, with_graph
from tests.generate.tiny import Shape, Tiny, write_tiny

MODEL = Path(__file__).parents[2] / "functions" / "generate" / "model"


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    """Return the bundle that ships."""
    return load_bundle(MODEL)


@pytest.fixture(scope="session")
def engine(bundle: Bundle) -> Engine:
    """Return an engine with the bundle that ships; its clock stands still."""
    return Engine(bundle, fastest_network(bundle, 1, 4), lambda: 0.0)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    """Return a made-up model of 4 bits, with its graph."""
    return with_graph(write_tiny(tmp_path_factory.mktemp("tiny"), Shape(), 4))


@pytest.fixture
def model_of(tmp_path: Path) -> Callable[..., Tiny]:
    """Return what makes a model of a shape up, with its graph."""
    return lambda shape, bits: with_graph(write_tiny(tmp_path / "model", shape, bits))


@pytest.fixture(params=[*KERNEL_LEVELS, "graph"])
def opener(request: pytest.FixtureRequest) -> Iterator[Opener]:
    """Return what opens a network (model, threads, places), for each network in turn."""
    opened: list[Network] = []

    def opening(tiny: Tiny, threads: int, places: int) -> Network:
        if request.param == "graph":
            opened.append(GraphNetwork(tiny.bundle, threads, places))
        else:
            opened.append(KernelNetwork(tiny.bundle, threads, places, request.param))
        return opened[-1]

    yield opening
    for network in opened:
        network.close()


@pytest.fixture
def mailer() -> RecordingMailer:
    """Return a mailer that keeps what it sends."""
    return RecordingMailer()


@pytest.fixture
def worker(account: Account, world: FakeWorld, mailer: RecordingMailer, bundle: Bundle) -> Worker:
    """Return a worker whose author writes two drafts and a text."""
    parts: dict[str, Any] = {"author": ScriptedAuthor(" a", " a b", " a b c."), "mailer": mailer}
    return Worker(
        bundle=bundle,
        store=account.store,
        site=account.site,
        letterhead=Letterhead("Site", "https://reviews.example.org", "art@example.org"),
        links=LinkMaker("https://reviews.example.org", account.subscribers, KEYS),
        world=world,
        **parts,
    )
