"""The processors that Lambda has, and which of them this computer has."""

import platform

from ship.errors import NotShippable

ARCHITECTURES = {"x86_64": 0x3E, "arm64": 0xB7}
"""Lambda's architectures, with their numbers in the head of a library (e_machine of ELF)."""
_MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


def own_architecture() -> str:
    """Return Lambda's name for this computer's processor. Raises NotShippable."""
    machine = platform.machine().lower()
    if machine not in _MACHINES:
        raise NotShippable(f"Lambda has no {machine} processors, so nothing can be tried here.")
    return _MACHINES[machine]
