"""What building for AWS needs of this computer: the functions' Python, and what builds an image."""

from collections.abc import Iterator

from local.template import Template
from ship import builders, interpreters, zips
from ship.checks import Finding
from ship.errors import ToolMissing


def of_tools(source: Template, architecture: str) -> Iterator[Finding]:
    """Check that the zips and the image can be built here, which is told all at once."""
    try:
        python = interpreters.find(zips.runtime_version(source))
    except ToolMissing as error:
        yield Finding(str(error), stops=True)
    else:
        yield Finding(f"tools: Python {python.version} for the functions")
    try:
        builder = builders.choose_for(architecture)
    except ToolMissing as error:
        yield Finding(str(error), stops=True)
    else:
        yield Finding(f"tools: {builder.name} for the image")
