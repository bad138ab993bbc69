"""The kernels are compiled before the site starts, and their lack does not stop it."""

import sys
from pathlib import Path

from local.kernels import compile_kernels
from local.place import ROOT


def tree_with(folder: Path, build: str) -> Path:
    """Return a tree in which the kernels' build is this program."""
    package = folder / "functions" / "generate" / "network" / "kernels"
    package.mkdir(parents=True)
    for place in (package, *list(package.parents)[:3]):
        (place / "__init__.py").touch()
    (package / "build.py").write_text(build)
    return folder


def test_a_compiler_that_is_missing_is_one_line(tmp_path: Path) -> None:
    """What is lacking, what would bring it, and that the site works all the same."""
    said: list[str] = []
    build = "import sys; print('Not compiled: no compiler.', file=sys.stderr); sys.exit(1)"
    root = tree_with(tmp_path, build)
    compile_kernels(Path(sys.executable), said.append, root)
    assert said == [
        "Compiling the kernels that write the reviews, this once …",
        "Not compiled: no compiler. Reviews will be written all the same, more slowly.",
    ]


def test_what_is_compiled_is_not_spoken_of(tmp_path: Path) -> None:
    """From the second start on it takes no time and no line."""
    said: list[str] = []
    root = tree_with(tmp_path, "print('here it is')")
    (root / "functions/generate/network/kernels/kernels-0.so").touch()
    compile_kernels(Path(sys.executable), said.append, root)
    assert said == []


def test_the_build_that_is_called_exists() -> None:
    """The name is written out: local imports nothing of the functions'."""
    assert (ROOT / "functions/generate/network/kernels/build.py").exists()


def test_the_image_compiles_them_too() -> None:
    """Which of them run is decided by Lambda's processor."""
    text = (ROOT / "functions" / "generate" / "Dockerfile").read_text("utf-8")
    assert "functions.generate.network.kernels.build" in text
