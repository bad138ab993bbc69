"""A run calculates in fewer bits only where the hardware is faster with them."""

from pathlib import Path

import pytest
import torch
from torch.nn import functional

from training.errors import SettingsError
from training.model import HeadLoss
from training.precision import Machine, choose_precision, this_machine

PROCESSOR = Machine(has_gpu=False, multiplies_bf16=False)
PROCESSOR_WITH_BF16 = Machine(has_gpu=False, multiplies_bf16=True)
GPU = Machine(has_gpu=True, multiplies_bf16=False)
GPU_WITH_BF16 = Machine(has_gpu=True, multiplies_bf16=True)


@pytest.mark.parametrize(
    ("machine", "expected"),
    [(PROCESSOR, "fp32"), (PROCESSOR_WITH_BF16, "bf16"), (GPU, "fp16"), (GPU_WITH_BF16, "bf16")],
)
def test_the_machine_decides(machine: Machine, expected: str) -> None:
    """Without being told, a run takes what its machine is fast in."""
    assert choose_precision("auto", machine) == expected


def test_the_operator_has_the_last_word() -> None:
    """What a machine can do at all is done when it is asked for, be it slow."""
    assert choose_precision("bf16", PROCESSOR) == "bf16"
    assert choose_precision("fp32", GPU_WITH_BF16) == "fp32"
    assert choose_precision("fp16", GPU_WITH_BF16) == "fp16"


@pytest.mark.parametrize(
    ("asked", "machine", "message"),
    [
        ("fp16", PROCESSOR, "fp16 needs a GPU"),
        ("bf16", GPU, "this GPU does not calculate in bf16"),
        ("int8", PROCESSOR, "no precision 'int8': choose one of auto, fp32, bf16, fp16"),
    ],
)
def test_the_impossible_is_refused(asked: str, machine: Machine, message: str) -> None:
    """The error says what would be possible."""
    with pytest.raises(SettingsError, match=message):
        choose_precision(asked, machine)


@pytest.mark.skipif(torch.cuda.is_available(), reason="a GPU is asked before the processor")
@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("flags\t\t: fpu avx avx2 fma\n", False),
        ("flags\t\t: fpu avx512f avx512_bf16\n", True),
        ("flags\t\t: fpu amx_tile amx_bf16\n", True),
        ("Features\t: fp asimd i8mm bf16\n", True),
    ],
)
def test_the_processors_flags_are_read(flags: str, expected: bool, tmp_path: Path) -> None:
    """Intel's, AMD's and Arm's instructions for bf16 are known by name."""
    path = tmp_path / "cpuinfo"
    path.write_text(f"processor\t: 0\n{flags}")
    assert this_machine(path) == Machine(False, expected)
    assert this_machine(tmp_path / "none") == Machine(False, False)


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float16, 4e-3), (torch.bfloat16, 3e-2)])
def test_the_loss_in_half_precision_is_near(dtype: torch.dtype, tolerance: float) -> None:
    """Loss and gradients stay near those of fp32; no hopeless target makes them infinite."""
    generator = torch.Generator().manual_seed(1)
    hidden = torch.randn(1100, 32, generator=generator)
    weight = torch.randn(300, 32, generator=generator)
    targets = torch.randint(0, 300, (1100,), generator=generator)
    weight[targets[0]] = -hidden[0]  # its probability is far below what fp16 can hold
    found = hidden.to(dtype).requires_grad_(), weight.clone().requires_grad_()
    exact = hidden.clone().requires_grad_(), weight.clone().requires_grad_()
    loss = HeadLoss.apply(*found, targets)
    expected = functional.cross_entropy(exact[0] @ exact[1].t(), targets)
    scale = 2.0**12  # as the gradient scaler does
    (loss * scale).backward()
    expected.backward()
    assert loss.item() == pytest.approx(expected.item(), rel=0.02)
    for mine, other in zip(found, exact, strict=True):
        assert mine.grad is not None
        assert other.grad is not None
        difference = (mine.grad.float() / scale - other.grad).norm() / other.grad.norm()
        assert difference.item() < tolerance
