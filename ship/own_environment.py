"""Goes on in the environment that has what shipping needs: AWS SAM's command line, and boto3."""

import os
import sys
from pathlib import Path

from local import environment
from local.errors import LocalError
from local.place import ROOT

_ENVIRONMENT = environment.ENVIRONMENTS["ship"]


def enter_own_environment(module: str) -> None:
    """Run this module again inside the environment, built where it is missing; return once there.

    The process is replaced, and the lock on the environment stays with it. A builder's error ends
    it with one line.
    """
    if Path(sys.prefix) == _ENVIRONMENT.folder():
        return
    try:
        python, _lock = environment.ready(_ENVIRONMENT, _say)
    except LocalError as error:
        sys.exit(str(error))
    os.chdir(ROOT)
    command = [str(python), "-m", module, *sys.argv[1:]]
    os.execv(python, command)  # noqa: S606  # our own interpreter


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
