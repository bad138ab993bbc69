"""`python -m ship`: goes on in the environment that has what the commands need."""

import os
import sys

from local import environment
from local.errors import LocalError
from local.place import ROOT


def main() -> None:
    """Build the environment where it is missing, and run the command inside it."""
    try:
        python, _lock = environment.ready(environment.ENVIRONMENTS["deploy"], _say)
    except LocalError as error:
        sys.exit(str(error))
    layer = str(ROOT / "layers" / "shared" / "python")
    paths = [str(ROOT), layer, os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    command = [str(python), "-m", "ship.command_line", *sys.argv[1:]]
    os.execv(python, command)  # noqa: S606  # our own interpreter


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
