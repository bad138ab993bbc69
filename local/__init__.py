"""The local cloud: the whole site on this computer, without an account and without Docker.

`python -m local run` builds its environments with the standard library alone (`environment.py`),
then goes on inside one of them (`serve.py`): one process that holds the emulated AWS
(`emulator.py`), the front door that visitors use (`door.py`), the outbox (`outbox.py`) and the
saver that makes every acknowledged write survive a kill (`saver.py`).

This file alone runs on any Python, and says which one is needed before the others fail to compile.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # the sentence is for those who have an older one
    sys.exit(
        "Python 3.11 or newer is needed, and this is " + sys.version.split()[0] + ". "
        "Name a newer one: make run PYTHON=python3.12"
    )
