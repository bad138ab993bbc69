"""The machine's facts, and which versions of the engines it ran."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.kinds import KINDS

_TELLING = ("avx2", "fma", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8")
_TELLING_ARM = ("asimddp", "i8mm", "sve", "bf16")


def machine_facts() -> dict[str, str]:
    """Return what a reader must know to judge the numbers."""
    about = _first_processor()
    flags = instructions()
    known = [flag for flag in (*_TELLING, *_TELLING_ARM) if flag in flags]
    return {
        "processor": about.get("model name") or platform.processor() or platform.machine(),
        "cores": str(os.cpu_count()),
        "instructions": " ".join(known) or "not known",
        "memory": _memory(),
        "kernel": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "load when it began": " ".join(f"{load:.2f}" for load in os.getloadavg()),
    }


def instructions() -> list[str]:
    """Return what the processor can do, by Linux's names; nothing where that is not known."""
    about = _first_processor()
    return (about.get("flags") or about.get("Features") or "").split()


def versions() -> dict[str, str]:
    """Return the versions of all engines' packages; what is not there is named so."""
    names = sorted({name for kind in KINDS.values() for name in kind.packages})
    return {name: _version(name) for name in names}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _first_processor() -> dict[str, str]:
    try:
        first = Path("/proc/cpuinfo").read_text().split("\n\n")[0]
    except OSError:
        return {}
    pairs = (line.partition(":") for line in first.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _memory() -> str:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError):
        return "not known"
    return f"{size / 2**30:.1f} GiB"
