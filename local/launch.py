"""Goes on as another module, in the environment that has what it needs."""

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from local import environment
from local.errors import LocalError
from local.place import ROOT

LAYER = str(ROOT / "layers" / "shared" / "python")
"""Where `artreview` is."""


def go_on_as(module: str, environment_name: str, paths: Sequence[str] = ()) -> NoReturn:
    """Become the module, with this command's arguments, in an environment that is built if need be.

    The process is replaced, and the lock on the environment stays with it. `paths` are looked
    through for modules first. An error of the building ends the process with one line.
    """
    try:
        python, _lock = environment.ready(environment.ENVIRONMENTS[environment_name], _say)
    except LocalError as error:
        sys.exit(str(error))
    if paths:
        every = [*paths, os.environ.get("PYTHONPATH", "")]
        os.environ["PYTHONPATH"] = os.pathsep.join(path for path in every if path)
    os.execv(python, [str(python), "-m", module, *sys.argv[1:]])  # noqa: S606  # our own


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
