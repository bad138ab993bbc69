"""The Jinja templates of the pages, and the functions that they call.

Compiling a page's templates takes as long as a hundred pages do. A package for Lambda therefore
brings them compiled (`python -m functions.render.page_templates FOLDER`, as `ship/bytecode.py`
has it); where they are not, as in the source tree, each is compiled when it is first used.
"""

import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    ModuleLoader,
    StrictUndefined,
    Template,
)

from artreview.typography import typeset
from functions.render.reading import (
    excerpt_of,
    iso_time,
    printable,
    rounded,
    short_title,
    written_date,
    xml_words,
)

TEMPLATES = Path(__file__).parent / "templates"
COMPILED = Path(__file__).parent / "compiled_templates"
"""Never in the source tree: there, what is edited shows at once."""


class _CompiledTemplates(ModuleLoader):
    """Loads compiled templates; errors in one name its text, whose lines they count."""

    def load(
        self,
        environment: Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002  # Jinja's own name
    ) -> Template:
        template = super().load(environment, name, globals)
        template.filename = str(TEMPLATES / name)
        return template


def page_templates(compiled: Path = COMPILED) -> Environment:
    """Return the templates with their filters; their globals are for the caller to add."""
    as_text = FileSystemLoader(TEMPLATES)
    if not compiled.is_dir():
        return _environment(as_text)
    return _environment(ChoiceLoader([_CompiledTemplates(compiled), as_text]))


def compile_templates(into: Path) -> None:
    """Write every template as a Python module. Raises TemplateError where one has a mistake."""
    templates = _environment(FileSystemLoader(TEMPLATES))
    templates.compile_templates(into, zip=None, ignore_errors=False)


def _environment(loader: BaseLoader) -> Environment:
    templates = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {
        "date": written_date,
        "excerpt": excerpt_of,
        "iso_time": iso_time,
        "printable": printable,
        "rounded": rounded,
        "short_title": short_title,
        "typeset": typeset,
        "xml": xml_words,
    }
    return templates


if __name__ == "__main__":
    compile_templates(Path(sys.argv[1]))
