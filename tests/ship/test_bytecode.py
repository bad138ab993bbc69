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
from ship import bytecode, trial, zips
from ship.errors import BuildFailed, NotShippable
from ship.interpreters import Interpreter

PYTHON = Interpreter(
    Path(sys.executable), f"{sys.version_info[0]}.{sys.version_info[1]}", Path(sys.base_prefix)
)


def bytecode_of(path: Path) -> bytes:
    """Return what lies beside a module for this Python."""
    name = f"{path.stem}.{sys.implementation.cache_tag}.pyc"
    return (path.parent / "__pycache__" / name).read_bytes()


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
    source = ROOT / "functions" / "render"
    shutil.copytree(source, folder / "functions" / "render", ignore=passed_over)
    shutil.copytree(ROOT / "layers" / "shared" / "python", tmp_path / "layer", ignore=passed_over)
    for package in (jinja2, markupsafe):
        origin = Path(package.__path__[0])
        shutil.copytree(origin, folder / package.__name__, ignore=passed_over)
    return folder


def test_a_function_with_pages_brings_their_templates(render_function: Path) -> None:
    """All of them, and the source tree has none afterwards."""
    bytecode.compile_templates(render_function, [render_function.parent / "layer"], PYTHON)
    written = render_function / "functions" / "render" / "compiled_templates"
    templates = render_function / "functions" / "render" / "templates"
    assert len([*written.glob("tmpl_*.py")]) == len([*templates.iterdir()])
    assert not (ROOT / "functions" / "render" / "compiled_templates").exists()


def test_a_build_compiles_everything_for_where_lambda_has_it(render_function: Path) -> None:
    """The function below /var/task, its templates too, and the layer below /opt."""
    built = render_function.parent
    (built / "SharedLayer").mkdir()
    (built / "layer").rename(built / "SharedLayer" / "python")
    zips._compile(built, ["RenderFunction"], ["SharedLayer"], PYTHON)
    pages = bytecode_of(render_function / "functions" / "render" / "pages.py")
    review = bytecode_of(built / "SharedLayer" / "python" / "artreview" / "review.py")
    assert b"/var/task/functions/render/pages.py" in pages
    assert b"/opt/python/artreview/review.py" in review
    compiled = render_function / "functions" / "render" / "compiled_templates"
    assert [*compiled.glob("__pycache__/tmpl_*.pyc")]


def test_a_zip_without_bytecode_is_noticed(tmp_path: Path) -> None:
    """It would run, and start slowly for ever: nobody would see why."""
    folder = module(tmp_path / "RenderFunction", "")
    made = zips.Artefact("RenderFunction", folder, tmp_path / "none.zip")
    with pytest.raises(NotShippable, match=r"1 modules without bytecode, as art/one\.py"):
        trial.check_compiled(made, PYTHON)
    bytecode.compile_modules(folder, "/var/task", PYTHON)
    trial.check_compiled(made, PYTHON)


def test_the_builders_own_settings_of_python_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytecode in another folder, or optimised, would never be found by Lambda."""
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")
    folder = module(tmp_path / "task", "")
    bytecode.compile_modules(folder, "/var/task", PYTHON)
    assert bytecode_of(folder / "art" / "one.py")


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
