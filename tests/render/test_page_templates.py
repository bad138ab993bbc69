"""The templates: a package brings them compiled, the source tree does not."""

from pathlib import Path

import pytest

from functions.render.page_templates import (
    COMPILED,
    TEMPLATES,
    compile_templates,
    page_templates,
)

NAMES = sorted(path.name for path in TEMPLATES.iterdir())


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with every template, compiled."""
    folder = tmp_path_factory.mktemp("compiled")
    compile_templates(folder)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_a_compiled_template_is_taken(name: str, compiled: Path) -> None:
    """A cold start compiles none of them."""
    file = page_templates(compiled).get_template(name).filename
    assert file is not None
    assert Path(file).parent == compiled


@pytest.mark.parametrize("name", NAMES)
def test_without_one_the_text_is_taken(name: str, tmp_path: Path) -> None:
    """In the source tree, and where a package lacks one."""
    file = page_templates(tmp_path / "nowhere").get_template(name).filename
    assert file == str(TEMPLATES / name)


def test_both_say_the_same(compiled: Path) -> None:
    """What is compiled beforehand has the same settings: trimmed, and escaped."""
    body = (
        "{% set asked = [1] %}\n{% for one in asked %}\n<p>{{ '<' }}{{ one }}</p>\n{% endfor %}\n"
    )
    from_text = page_templates(compiled).from_string(body).render()
    assert from_text == "<p>&lt;1</p>\n"
    for name in ("_prose.html", "feed.xml"):
        brought = page_templates(compiled).get_template(name)
        read = page_templates(compiled / "nowhere").get_template(name)
        context = {"items": (), "updated": 0.0, "site": {"name": "<A>", "url": "https://a.example"}}
        assert brought.render(context) == read.render(context)


def test_the_source_tree_has_none() -> None:
    """They would hide what is edited."""
    assert not COMPILED.exists()
