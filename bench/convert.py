"""Make an engine's files from the random weights, each in a process of its own.

    python -m bench.convert KIND SHAPE FOLDER

What has been made is kept, and made again only when its making changed.
"""

import subprocess
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import cast

from bench.engine import Making, Peer
from bench.errors import PeerFailed
from bench.hand import worker_environment
from bench.kinds import KINDS, Kind, maker_of
from bench.place import ROOT, Place, remove_older
from bench.shapes import SHAPES, Shape
from training.files import whole_folder


def convert_all(kinds: list[Kind], shape: Shape, place: Place, threads: int) -> dict[str, str]:
    """Make what is missing, sources first; return for each kind that failed what it said."""
    failures: dict[str, str] = {}
    for kind in kinds:
        try:
            _convert_with_sources(kind, shape, place, threads)
        except PeerFailed as error:
            failures[kind.name] = str(error)
    return failures


def _convert_with_sources(kind: Kind, shape: Shape, place: Place, threads: int) -> None:
    for source in kind.needs:
        _convert_with_sources(maker_of(source), shape, place, threads)
    if place.files(kind, shape).exists():
        return
    maker = maker_of(kind.source).name
    done = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-m", "bench.convert", maker, shape.name, str(place.folder)],
        cwd=ROOT,
        env=worker_environment(threads),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it was ended"])[-1]
        raise PeerFailed(f"its files could not be made: {last}")


def convert(kind: Kind, shape: Shape, place: Place) -> None:
    """Make one kind's files, in this process."""
    peer = cast("Peer", import_module(f"bench.peers.{kind.module}"))
    files = place.files(kind, shape)
    with whole_folder(files) as staging:
        peer.convert(Making(kind, shape, partial(place.files_of_source, shape=shape), staging))
    remove_older(files)


if __name__ == "__main__":
    convert(KINDS[sys.argv[1]], SHAPES[sys.argv[2]], Place(Path(sys.argv[3])))
