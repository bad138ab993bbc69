"""The numbers a run calculates in: fewer bits only where the machine is faster with them.

bf16 halves the memory traffic and, on hardware that multiplies it, the time. A processor without
such instructions converts back and forth and is slower than in fp32. A GPU without bf16 gets fp16,
whose small range the Trainer's gradient scaler makes up for. The weights stay fp32 everywhere.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch

from training.errors import SettingsError

Precision = Literal["fp32", "bf16", "fp16"]
AUTO = "auto"
_PRECISIONS: tuple[Precision, ...] = ("fp32", "bf16", "fp16")
CHOICES = (AUTO, *_PRECISIONS)

_PROCESSOR_FLAGS = {"avx512_bf16", "amx_bf16", "bf16"}  # x86-64, x86-64, 64-bit Arm


@dataclass(frozen=True)
class Machine:
    """What counts here of the machine that trains."""

    has_gpu: bool
    multiplies_bf16: bool


def this_machine(processor: Path = Path("/proc/cpuinfo")) -> Machine:
    """Look at the GPU, or where there is none, at the processor's flags.

    Where the system does not tell the flags as Linux does, the processor counts as one without.
    """
    if torch.cuda.is_available():
        return Machine(True, torch.cuda.is_bf16_supported(including_emulation=False))
    text = processor.read_text(encoding="utf-8") if processor.is_file() else ""
    flags = {flag for line in text.splitlines() for flag in line.partition(":")[2].split()}
    return Machine(False, bool(flags & _PROCESSOR_FLAGS))


def choose_precision(asked: str, machine: Machine) -> Precision:
    """Return what to calculate in; `asked` is one of CHOICES. Raises SettingsError."""
    if asked == AUTO:
        if machine.multiplies_bf16:
            return "bf16"
        return "fp16" if machine.has_gpu else "fp32"
    if asked == "fp16" and not machine.has_gpu:
        raise SettingsError(
            "fp16 needs a GPU and there is none here: choose --precision auto, fp32 or bf16"
        )
    if asked == "bf16" and machine.has_gpu and not machine.multiplies_bf16:
        raise SettingsError(
            "this GPU does not calculate in bf16: choose --precision auto, fp32 or fp16"
        )
    for known in _PRECISIONS:
        if asked == known:
            return known
    raise SettingsError(f"no precision {asked!r}: choose one of {', '.join(CHOICES)}")
