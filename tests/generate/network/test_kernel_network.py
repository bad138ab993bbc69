"""The compiled kernels: their levels, their threads, and the library that holds them."""

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from functions.generate.errors import BundleRefused, KernelsMissing, MachineTooSmall
from functions.generate.network import kernel_network
from functions.generate.network.fastest import fastest_network
from functions.generate.network.graph_network import GraphNetwork
from functions.generate.network.kernel_network import KernelNetwork, levels
from functions.generate.network.kernels.build import (
    HERE,
    BuildError,
    build,
    library_file,
    main,
)
from tests.generate.network.test_networks import read_whole, text_of
from tests.generate.networks import needs_kernels
from tests.generate.tiny import Shape, Tiny, write_tiny

pytestmark = needs_kernels


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_and_neighbours_change_nothing(tiny: Tiny, threads: int) -> None:
    """To the last bit: a stored seed gives the same text, whoever is written beside it."""
    text = text_of(tiny, 40)
    alone = read_whole(KernelNetwork(tiny.bundle, 1, 1), text)
    network = KernelNetwork(tiny.bundle, threads, 5)
    places = np.array([4, 0, 2, 1, 3])
    rows = []
    for at in range(text.size):
        tokens = np.full(5, 9)
        tokens[2] = text[at]
        logits = network.read(tokens, places, np.full(5, at), np.ones(5, dtype=bool))
        rows.append(logits[2])
    assert np.array_equal(np.stack(rows), alone)


@pytest.mark.parametrize("bits", [4, 8])
def test_every_level_computes_the_same(tmp_path: Path, bits: int) -> None:
    """What differs is the order of sums: a few last bits, which may round an activation over."""
    tiny = write_tiny(tmp_path, Shape(), bits)
    text = text_of(tiny, 60)
    plain = read_whole(KernelNetwork(tiny.bundle, 1, 1, "plain"), text)
    assert levels()[-1] == "plain"
    for level in levels():
        logits = read_whole(KernelNetwork(tiny.bundle, 1, 1, level), text)
        assert np.abs(logits - plain).mean() < 0.01


def test_a_level_that_does_not_run_here_is_named(tiny: Tiny) -> None:
    """The message says which do."""
    with pytest.raises(KernelsMissing, match=r"'abacus' do not run here.*plain"):
        KernelNetwork(tiny.bundle, 1, 1, "abacus")


def test_a_machine_without_the_memory_is_told_so(tiny: Tiny) -> None:
    """No other kernels, and not the graph, which needs more, are tried in its stead."""
    more_than_can_be_addressed = 2_000_000_000
    with pytest.raises(MachineTooSmall, match=r"2000000000 places of .* more memory"):
        fastest_network(tiny.bundle, 1, more_than_can_be_addressed)


def test_without_the_library_the_graph_writes(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine without a compiler loses speed, not the site."""
    monkeypatch.setattr(kernel_network, "library_file", lambda: tmp_path / "none.so")
    with pytest.raises(KernelsMissing, match=r"none\.so .*kernels\.build makes it"):
        KernelNetwork(tiny.bundle, 1, 1)
    assert isinstance(fastest_network(tiny.bundle, 1, 1), GraphNetwork)


def test_with_the_library_the_kernels_write(tiny: Tiny) -> None:
    """They are preferred."""
    assert isinstance(fastest_network(tiny.bundle, 1, 1), KernelNetwork)


@pytest.mark.parametrize(
    "shape",
    [Shape(width=48, heads=2), Shape(width=640, heads=2), Shape(width=16, heads=1)],
    ids=["24 a head", "320 a head", "16 wide"],
)
def test_sizes_that_the_kernels_cannot_do_are_refused(tmp_path: Path, shape: Shape) -> None:
    """Heads of 16 to 256 in steps of 16, and a width in steps of 32."""
    tiny = write_tiny(tmp_path, shape, 8)
    with pytest.raises(BundleRefused, match="multiple of"):
        KernelNetwork(tiny.bundle, 1, 1)


@pytest.mark.parametrize(
    "changes",
    [{"heads": 0}, {"heads": -2}, {"layers": 0}, {"vocabulary": 2_000_000}, {"context_length": -1}],
    ids=str,
)
def test_sizes_that_no_model_has_are_refused(tiny: Tiny, changes: dict[str, Any]) -> None:
    """`bundle.json` can say anything; the kernels compute with none of it."""
    with pytest.raises(BundleRefused, match="are at least 1"):
        KernelNetwork(replace(tiny.bundle, **changes), 1, 1)


def test_a_closed_network_says_so(tiny: Tiny) -> None:
    """It does not read memory that is no longer there."""
    network = KernelNetwork(tiny.bundle, 1, 1)
    network.close()
    with pytest.raises(RuntimeError, match="was closed"):
        read_whole(network, text_of(tiny, 3))


def copied_sources(folder: Path) -> Path:
    """Return a copy of the sources, without the library."""
    return Path(shutil.copytree(HERE, folder / "kernels", ignore=shutil.ignore_patterns("*.so")))


def hasty_compiler(folder: Path) -> str:
    """Return a compiler that takes less care than the flags ask for, and a fraction of the time."""
    careful = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    compiler = folder / "hasty"
    compiler.write_text(f'#!/bin/sh\nexec {careful} "$@" -O1 -fno-unroll-loops\n')
    compiler.chmod(0o755)
    return str(compiler)


def test_the_library_is_named_after_its_sources(tmp_path: Path) -> None:
    """A library of other sources is never loaded, and is cleared away by the next build."""
    sources = copied_sources(tmp_path)
    before = library_file(sources)
    assert before.name == library_file(HERE).name
    before.write_bytes(b"as if it had been built")
    (sources / "crew.c").write_text((sources / "crew.c").read_text() + "/* changed */\n")
    assert library_file(sources) != before
    built = build(sources, hasty_compiler(tmp_path))
    assert [path.name for path in sources.glob("kernels-*.so")] == [built.name]


def test_a_compiler_that_fails_is_told_of(tmp_path: Path) -> None:
    """Its own words are in the message, and nothing half-built stays."""
    sources = copied_sources(tmp_path)
    (sources / "crew.c").write_text("not C at all\n")
    with pytest.raises(BuildError, match=r"crew\.c"):
        build(sources, hasty_compiler(tmp_path))
    with pytest.raises(BuildError, match="cannot be run"):
        build(sources, compiler=str(tmp_path / "no compiler"))
    assert list(sources.glob("*.so*")) == []


def test_no_compiler_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`make run` goes on without the kernels, and says what would bring them."""
    sources = copied_sources(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    assert main(sources) == 1
    assert capsys.readouterr().err.count("\n") == 1
