"""How much memory a process has had at most."""

from pathlib import Path


def peak_megabytes() -> float | None:
    """Return this process's peak (`VmHWM`, in MB of 10^6 bytes); None where there is no /proc.

    Pages of mapped files count in it, as soon as they have been read.
    """
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    kibibytes = next(line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(kibibytes) * 1024 / 1e6
