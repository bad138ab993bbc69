"""The templates: a package brings them compiled, the source tree does not."""

import gc
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from traceback import extract_tb

import pytest
from jinja2 import UndefinedError

from functions.render import pages
from functions.render.examples import read_examples
from functions.render.form import form_of
from functions.render.page_templates import (
    COMPILED,
    TEMPLATES,
    compile_templates,
    page_templates,
)
from functions.render.parts import RenderParts

EXAMPLES = TEMPLATES.with_name("examples.json")
NAMES = sorted(path.name for path in TEMPLATES.iterdir())


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder with every template, compiled.

    Behind the tests their loaders are cleared away: until then Jinja keeps weak references among
    Python's modules, and whoever looks through those (Hypothesis does) may see one die.
    """
    folder = tmp_path_factory.mktemp("compiled")
    compile_templates(folder)
    yield folder
    gc.collect()


@pytest.mark.parametrize("name", NAMES)
def test_a_compiled_template_is_taken(name: str, compiled: Path) -> None:
    """A cold start compiles none of them."""
    template = page_templates(compiled).get_template(name)
    assert Path(template.root_render_func.__code__.co_filename).parent == compiled


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("folder", ["nowhere", ""], ids=["no folder", "an empty folder"])
def test_without_one_the_text_is_taken(name: str, folder: str, tmp_path: Path) -> None:
    """In the source tree, and where a package lacks one."""
    template = page_templates(tmp_path / folder).get_template(name)
    assert template.root_render_func.__code__.co_filename == str(TEMPLATES / name)


def test_without_a_folder_nothing_is_left_among_the_modules(tmp_path: Path) -> None:
    """A loader of compiled templates would leave a weak reference, for others to stumble over."""
    before = set(sys.modules)
    templates = page_templates(tmp_path / "nowhere")
    assert set(sys.modules) == before
    assert templates.list_templates() == NAMES


def test_both_say_the_same(
    compiled: Path, lasting_parts: RenderParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is compiled beforehand has the same settings, filters and globals."""
    identity, files = lasting_parts.identity, lasting_parts.files
    examples = read_examples(EXAMPLES)
    drawn = []
    for folder in (compiled, compiled / "nowhere"):
        monkeypatch.setattr(pages, "page_templates", partial(page_templates, folder))
        site = pages.Pages(identity, files, examples)
        drawn.append([site.patterns(), site.home(form_of({}, "token", ())), site.privacy()])
    assert drawn[0] == drawn[1]
    assert "Report" in drawn[0][0]


def test_an_error_names_the_template_and_its_line(compiled: Path) -> None:
    """What the log tells of a page that failed leads to the text, not to what was made of it."""
    with pytest.raises(UndefinedError) as caught:
        page_templates(compiled).get_template("done.html").render()
    places = [(place.filename, place.lineno) for place in extract_tb(caught.value.__traceback__)]
    assert (str(TEMPLATES / "done.html"), 3) in places


def test_the_source_tree_has_none() -> None:
    """They would hide what is edited."""
    assert not COMPILED.exists()
