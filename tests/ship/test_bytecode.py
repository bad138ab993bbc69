"""What a zip brings compiled: its modules, and the templates of its pages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import jinja2
import markupsafe
import pytest

from local.place import ROOT
from ship import bytecode
from ship.errors import BuildFailed
from ship.interpreters import Interpreter

PYTHON = Interpreter(Path(sys.executable), "this one", Path(sys.base_prefix))


def module(folder: Path, text: str) -> Path:
    """Return a folder with one module of a package."""
    (folder / "art").mkdir(parents=True)
    (folder / "art" / "one.py").write_text(text, "utf-8")
    return folder


def test_a_start_compiles_nothing(tmp_path: Path) -> None:
    """The bytecode counts whatever the times in the zip: it is not even compared with the text."""
    folder = module(tmp_path / "task", "print('compiled')\n")
    bytecode.compile_modules(folder, "/var/task", PYTHON)
    (folder / "art" / "one.py").write_text("print('compiled again')\n", "utf-8")
    os.utime(folder / "art" / "one.py", (0, 0))
    said = subprocess.run(
        [sys.executable, "-B", "-c", "import art.one"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "compiled\n"


def test_bytecode_is_the_same_wherever_it_is_made(tmp_path: Path) -> None:
    """So a zip without a change is the same zip, and tells nothing of who built it."""
    text = "KNOWN = frozenset({'a', 'b', 'c'})\n\ndef of(x):\n    return x in {'d', 'e', 'f'}\n"
    made = []
    for place in ("here", "there/deeper"):
        folder = module(tmp_path / place, text)
        bytecode.compile_modules(folder, "/var/task", PYTHON)
        (compiled,) = folder.rglob("*.pyc")
        made.append(compiled.read_bytes())
    assert made[0] == made[1]
    assert b"/var/task/art/one.py" in made[0]
    assert str(tmp_path).encode() not in made[0]


def test_a_module_with_a_fault_is_not_shipped(tmp_path: Path) -> None:
    """It is named with what Python says."""
    folder = module(tmp_path / "RenderFunction", "def of(:\n")
    with pytest.raises(BuildFailed, match=r"(?s)RenderFunction could not be compiled.*one\.py"):
        bytecode.compile_modules(folder, "/var/task", PYTHON)


@pytest.fixture
def render_function(tmp_path: Path) -> Path:
    """Return the render function with its packages and the layer, as a build lays them out."""
    folder = tmp_path / "RenderFunction"
    passed_over = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "functions" / "render", folder / "functions" / "render")
    shutil.copytree(ROOT / "layers" / "shared" / "python", tmp_path / "layer", ignore=passed_over)
    for package in (jinja2, markupsafe):
        source = Path(package.__path__[0])
        shutil.copytree(source, folder / package.__name__, ignore=passed_over)
    return folder


def test_a_function_with_pages_brings_their_templates(render_function: Path) -> None:
    """All of them, and the source tree has none afterwards."""
    bytecode.compile_templates(render_function, [render_function.parent / "layer"], PYTHON)
    written = render_function / "functions" / "render" / "compiled_templates"
    templates = render_function / "functions" / "render" / "templates"
    assert len([*written.glob("tmpl_*.py")]) == len([*templates.iterdir()])
    assert not (ROOT / "functions" / "render" / "compiled_templates").exists()


def test_a_template_with_a_fault_is_not_shipped(render_function: Path) -> None:
    """The page would answer with an error at its first visitor."""
    home = render_function / "functions" / "render" / "templates" / "home.html"
    home.write_text("{% if %}", "utf-8")
    with pytest.raises(BuildFailed, match=r"(?s)pages of RenderFunction have a fault.*home\.html"):
        bytecode.compile_templates(render_function, [render_function.parent / "layer"], PYTHON)


def test_a_function_without_pages_is_left_alone(tmp_path: Path) -> None:
    """The other functions and the layer bring no templates."""
    folder = module(tmp_path / "SubmitFunction", "")
    bytecode.compile_templates(folder, [], PYTHON)
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["one.py"]
