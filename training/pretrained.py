"""Where a model to go on from is: a file or folder here, or a name on the hub.

The hub's files come through its own cache (HF_HOME), so that a second run needs no network; with
HF_HUB_OFFLINE=1 none is tried.
"""

import re
from pathlib import Path

from training.errors import SettingsError

_HUB_NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")


def located(source: str | Path) -> str | Path:
    """Return a path to what is here, or the name to ask the hub for. Raises SettingsError."""
    path = Path(source)
    if path.exists():
        return path
    if isinstance(source, Path) or not _HUB_NAME.fullmatch(source) or path.suffix == ".json":
        raise SettingsError(
            f"there is no {source}: give a folder, or a name on the hub as openai-community/gpt2"
        )
    return source


def why(error: Exception) -> str:
    """Return the reason of a library's error, which may have many lines, in one."""
    text = " ".join(str(error).split())
    if not text:
        return type(error).__name__
    first = re.split(r"(?<=\.) (?=[A-Z])|If this is a private", text)[0]
    return first.rstrip(". ")
