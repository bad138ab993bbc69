"""Goes on in the environment that has what shipping needs: AWS SAM's command line, and boto3."""

import os
import sys
from pathlib import Path

from local import environment
from local.launch import go_on_as
from local.place import ROOT

_ENVIRONMENT = environment.ENVIRONMENTS["ship"]


def enter_own_environment(module: str) -> None:
    """Run this module again inside the environment, built where it is missing; return once there.

    The process is replaced. A builder's error ends it with one line.
    """
    if Path(sys.prefix) == _ENVIRONMENT.folder():
        return
    os.chdir(ROOT)
    go_on_as(module, _ENVIRONMENT.name)
