"""The house: which folder may import what. `docs/architecture.md` says why."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = frozenset(
    {"artreview", "functions", "scraper", "training", "local", "operate", "ship", "bench", "tests"}
)

MAY_IMPORT = {
    "layers/shared/python/artreview": {"artreview"},
    "functions/submit": {"artreview", "functions.submit"},
    "functions/generate": {"artreview", "functions.generate"},
    "functions/render": {"artreview", "functions.render"},
    "scraper": {"scraper"},
    "training": {"training", "functions.generate"},
    "local": {"local"},
    "operate": {"artreview", "operate", "local"},
    "ship": {"ship", "operate", "local", "functions.generate"},
}
"""Folder → what of ours it may import."""

ADAPTERS = frozenset(
    {
        "batch.py",
        "reported.py",
        "clients.py",
        "conditions.py",
        "changes.py",
        "second_chances.py",
        "store.py",
        "gallery.py",
        "lineage.py",
        "site.py",
        "queue.py",
        "mailer.py",
        "signing_keys.py",
        "counters.py",
        "subscribers.py",
    }
)
TRAINING_ONLY = frozenset({"torch", "transformers", "optimum", "onnx", "accelerate", "datasets"})


def imports_of(path: Path) -> Iterator[str]:
    """Yield the dotted names that a module imports, those for types only left out."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively; name the whole path"
            yield node.module or ""


def modules_below(folder: str) -> list[Path]:
    """Return the folder's modules."""
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_nothing_imports_upwards_or_sideways(folder: str) -> None:
    """A folder uses the domain and itself, and what the design lets it use."""
    strays = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules_below(folder)
        for name in imports_of(path)
        if name.partition(".")[0] in OURS
        and not any(
            name == allowed or name.startswith(f"{allowed}.") for allowed in MAY_IMPORT[folder]
        )
    ]
    assert strays == []


def test_the_domain_is_plain_python_but_for_its_adapters() -> None:
    """Only the adapters know that there is AWS."""
    strays = [
        f"{path.name} imports {name}"
        for path in modules_below("layers/shared/python/artreview")
        for name in imports_of(path)
        if (root := name.partition(".")[0]) not in sys.stdlib_module_names | {"artreview"}
        and not (path.name in ADAPTERS and root in {"boto3", "botocore"})
    ]
    assert strays == []


def test_what_ships_never_needs_what_trains() -> None:
    """The image holds onnxruntime, not torch."""
    strays = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules_below("functions")
        for name in imports_of(path)
        if name.partition(".")[0] in TRAINING_ONLY
    ]
    assert strays == []


def test_every_requirement_is_pinned() -> None:
    """A fresh clone installs next year what it installs today."""
    # What a dot hides, but for .ci, was made here: a gigabyte of other people's files.
    ours = [path for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")]
    files = [path for folder in (*ours, ROOT / ".ci") for path in folder.rglob("*requirements.txt")]
    files += ROOT.glob("*requirements.txt")
    lines = [
        (path, line)
        for path in files
        for line in path.read_text("utf-8").splitlines()
        if line.strip() and not line.startswith(("#", "-r"))
    ]
    assert len(files) >= 13
    assert [f"{path}: {line}" for path, line in lines if "==" not in line] == []


def test_what_two_functions_need_is_the_same_in_both() -> None:
    """One version of a package, wherever it is required."""
    pins: dict[str, set[str]] = {}
    for path in (ROOT / "functions").rglob("requirements.txt"):
        for line in path.read_text("utf-8").splitlines():
            if "==" in line:
                name, _, version = line.partition("==")
                pins.setdefault(name.strip(), set()).add(version.strip())
    assert {name: found for name, found in pins.items() if len(found) > 1} == {}
