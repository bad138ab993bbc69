"""Site files for tests: the ones that ship, pointed at an archive on loopback, without pauses."""

from pathlib import Path

from scraper.site_file import SITES

CONTACT = {"SCRAPER_CONTACT": "somebody@museum.example"}
_POLITENESS = """\
timeout = 0.4
retry_pause = 0
tries = 6
"""


def magazine(folder: Path, host: str, *changes: tuple[str, str]) -> Path:
    """Write the magazine's file for an archive at this host; `changes` replace more of it."""
    return _written("magazine", folder, host, changes)


def plain(folder: Path, host: str, *changes: tuple[str, str]) -> Path:
    """Write the plain archive's file for an archive at this host."""
    return _written("plain", folder, host, changes)


def _written(name: str, folder: Path, host: str, changes: tuple[tuple[str, str], ...]) -> Path:
    text = (SITES / f"{name}.toml").read_text("utf-8")
    lines = []
    for line in text.splitlines():
        if line.startswith(("shortest_pause", "longest_pause")):
            continue
        if line.startswith("base = "):
            lines += [f'base = "http://{host}"', f'private_hosts = ["{host}"]']
        elif line == "[politeness]":
            lines += [line, "shortest_pause = 0", "longest_pause = 0", *_POLITENESS.splitlines()]
        else:
            lines.append(line)
    text = "\n".join(lines) + "\n"
    for old, new in changes:
        assert old in text, f"{name}.toml has no {old!r}"
        text = text.replace(old, new)
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path
