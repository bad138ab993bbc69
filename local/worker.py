"""Runs a function's worker under the functions' own Python; the emulator starts it.

It adds to the emulator's script what that lacks: the worker ends when the cloud does, however that
ended (an orphan would go on writing into the next one); a Ctrl-C at the terminal is the cloud's to
act on; and what the function prints is also kept in a log.
"""

import contextlib
import os
import runpy
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TextIO

_LOOKS_EVERY_SECONDS = 0.25


class Tee:
    """A stream that writes to two places; in everything else it is the first."""

    def __init__(self, stream: TextIO, log: TextIO) -> None:
        """Keep both."""
        self._stream = stream
        self._log = log

    def write(self, text: str) -> int:
        """Write to both; a log that cannot be written must not stop a function."""
        with contextlib.suppress(OSError):
            self._log.write(text)
        return self._stream.write(text)

    def flush(self) -> None:
        """Flush both."""
        with contextlib.suppress(OSError):
            self._log.flush()
        self._stream.flush()

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


def end_with(parent: int) -> None:
    """End this process as soon as its parent is another than it was."""
    while os.getppid() == parent:
        time.sleep(_LOOKS_EVERY_SECONDS)
    os._exit(1)


def main() -> None:
    """Run the script that the emulator wrote, whose path is the first argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    log = os.environ.pop("FUNCTIONS_LOG", "")
    if log:
        lines = Path(log).open("a", buffering=1, encoding="utf-8")  # noqa: SIM115  # for good
        sys.stderr = Tee(sys.stderr, lines)
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
