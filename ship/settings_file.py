"""`deploy.toml`: what the operator was asked once, so that it is not asked again.

Git ignores the file, for it holds mail addresses. What the options say goes before it, and a stack
that exists keeps what neither of them says.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ship.refusals import Refused

_HEAD = """\
# What `make deploy` was told. It is read at the next one, and may be changed by hand:
# [parameters] takes every parameter of infra/template.yaml. Options go before it.
"""
_PLACES = ("stack", "region", "profile")


@dataclass(frozen=True, slots=True)
class Told:
    """Where the site is to be, and its parameters, as far as they were told."""

    stack: str | None = None
    region: str | None = None
    profile: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


def read(path: Path) -> Told:
    """Return what the file says; nothing where there is none. Raises Refused."""
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Told()
    except (OSError, ValueError) as error:
        raise Refused(
            f"{path} cannot be read ({error}): mend it, or delete it to be asked again."
        ) from error
    unknown = sorted(found.keys() - {*_PLACES, "parameters"})
    parameters = found.pop("parameters", {})
    if unknown or not isinstance(parameters, dict):
        raise Refused(
            f"{path} may say {', '.join(_PLACES)} and [parameters], and says "
            f"{', '.join(unknown) or 'parameters otherwise'}: mend it."
        )
    texts = {name: _text(value) for name, value in parameters.items()}
    return Told(**{name: str(value) for name, value in found.items()}, parameters=texts)


def is_of_another(kept: Told, wanted: Told) -> bool:
    """Tell whether a file is another site's than the one that is wanted.

    What either leaves open is no difference.
    """
    places = [(getattr(kept, name), getattr(wanted, name)) for name in _PLACES]
    return any(known and named and known != named for known, named in places)


def write(path: Path, told: Told) -> None:
    """Write the file, whole or not at all, for its owner's eyes."""
    places = {name: getattr(told, name) for name in _PLACES}
    lines = [f"{name} = {_quoted(value)}" for name, value in places.items() if value]
    lines += ["", "[parameters]"]
    lines += [f"{name} = {_quoted(value)}" for name, value in sorted(told.parameters.items())]
    partial = path.with_name(path.name + ".tmp")
    partial.touch(mode=0o600)
    partial.write_text(_HEAD + "\n".join(lines) + "\n", "utf-8")
    partial.replace(path)


def _text(value: Any) -> str:  # noqa: ANN401  # whatever TOML has
    """Return a value as CloudFormation takes it: numbers as text, switches as on and off."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


def _quoted(value: str) -> str:
    """Return a TOML string: JSON's escapes are among TOML's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
