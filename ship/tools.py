"""What building for AWS needs of this computer: the functions' Python, and what builds an image."""

import platform
from collections.abc import Iterator

from local.template import Template
from ship import builders, interpreters, zips
from ship.checks import Finding
from ship.errors import ToolMissing


def own_processor() -> str:
    """Return Lambda's name of this computer's processor, on which its image can be built."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


def of_tools(source: Template, architecture: str) -> Iterator[Finding]:
    """Check that the zips and the image can be built here, for the processor they are to run on."""
    try:
        python = interpreters.find(zips.runtime_version(source))
        builder = builders.choose()
    except ToolMissing as error:
        yield Finding(str(error), stops=True)
        return
    yield Finding(f"tools: Python {python.version}, {builder.name}")
    if builder.is_buildah and architecture != own_processor():
        yield Finding(
            f"buildah builds images for this computer's processor ({own_processor()}) alone, and "
            f"Architecture is {architecture}: start docker or podman, or give --set "
            f"Architecture={own_processor()}.",
            stops=True,
        )
