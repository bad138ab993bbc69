"""Every engine and way of storing weights that is measured, and what each must read for a token."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from bench.shapes import Shape

OURS: Final = "ours-4"
"""What all others are compared with."""

CHECKPOINT: Final = "checkpoint"
"""The source of all others: a transformers folder with random weights."""

REFERENCE: Final = "pytorch-fp32"
"""The engine whose logits count as right."""


_LEAST_IN_BLOCKS = {4: 0.85, 8: 0.999}
"""Normal weights rounded to the nearest of 4 bits, 128 to a scale, keep 0.93 at 124M, and less the
deeper the model; a tensor in a wrong place or order leaves nothing."""


@dataclass(frozen=True, slots=True)
class Kind:
    """An engine with its weights stored in one way."""

    name: str
    title: str
    module: str
    """In `bench.peers`."""
    variant: str
    """What the module calls this way of storing weights."""
    source: str
    """What its files are called; two kinds may share one."""
    weight_bytes: float
    """Bytes of a matrix's weight, its share of scales included."""
    kept_bytes: float
    """Bytes of a number in keys and values, its share of scales included."""
    least_correlation: float
    """How like PyTorch's fp32 logits its own must be: random weights in 4 bits, rounded to nearest,
    lose more than trained weights rounded with care, and the others are held to their own bits."""
    packages: tuple[str, ...]
    """Whose versions the report states."""
    needs: tuple[str, ...] = (CHECKPOINT,)
    made_by: tuple[str, ...] = ()
    """Files, besides its module, whose change makes the converted files stale."""
    instructions: tuple[str, ...] = ()
    """One of these, by Linux's names, must the processor have, or the format is slow."""

    def is_at_home(self, instructions: Collection[str]) -> bool:
        """Tell whether a processor with these instructions has those of the number format."""
        return not self.instructions or not set(self.instructions).isdisjoint(instructions)

    def step_bytes(self, shape: Shape, batch: int, position: int) -> float:
        """Return what a step must read: weights once for all texts, keys and values of each."""
        weights = shape.matrix_weights * self.weight_bytes + shape.vector_weights * 4
        return weights + batch * shape.kept_numbers(position) * self.kept_bytes


_OUR_MAKERS = (
    "bench/nearest.py",
    "bench/peers/bundle.py",
    "training/packing.py",
    "training/weights_file.py",
    "training/serving_graph.py",
)
_HEAD_SIZE = 64  # of every GPT-2


def _ours(name: str, title: str, module: str, bits: int) -> Kind:
    block = 64 * 8 // bits  # weights that share a scale
    in_kernels = module == "kernels"
    return Kind(
        name=name,
        title=title,
        module=module,
        variant=str(bits),
        source=f"bundle-{bits}",
        weight_bytes=bits / 8 + 4 / block,
        kept_bytes=1 + 4 / _HEAD_SIZE if in_kernels else 4,
        least_correlation=_LEAST_IN_BLOCKS[bits],
        packages=("numpy",) if in_kernels else ("onnxruntime",),
        made_by=_OUR_MAKERS,
    )


def _llama(name: str, title: str, variant: str, weight_bytes: float, correlation: float) -> Kind:
    return Kind(
        name=name,
        title=title,
        module="llama",
        variant=variant,
        source=f"gguf-{variant.lower()}",
        weight_bytes=weight_bytes,
        kept_bytes=2,
        least_correlation=correlation,
        packages=("llama_cpp_python", "gguf"),
    )


KINDS = {
    kind.name: kind
    for kind in (
        _ours(OURS, "ours, 4 bits", "kernels", 4),
        _ours("ours-8", "ours, 8 bits", "kernels", 8),
        _ours("ours-graph", "ours in onnxruntime, 4 bits", "graph", 4),
        _llama("llama-q4", "llama.cpp Q4_0", "Q4_0", 18 / 32, 0.95),
        _llama("llama-q8", "llama.cpp Q8_0", "Q8_0", 34 / 32, 0.999),
        Kind(
            name="ctranslate2-int8",
            title="CTranslate2 int8",
            module="ctranslate",
            variant="int8",
            source="ctranslate2-int8",
            weight_bytes=1,
            kept_bytes=4,
            least_correlation=0.99,
            packages=("ctranslate2",),
        ),
        Kind(
            name="onnxruntime-int8",
            title="onnxruntime, dynamic int8",
            module="optimum_int8",
            variant="int8",
            source="optimum-int8",
            weight_bytes=1,
            kept_bytes=4,
            least_correlation=0.98,
            packages=("onnxruntime",),
            needs=("optimum",),
        ),
        Kind(
            name="optimum-fp32",
            title="optimum in onnxruntime, fp32",
            module="optimum_fp32",
            variant="fp32",
            source="optimum",
            weight_bytes=4,
            kept_bytes=4,
            least_correlation=0.99999,
            packages=("optimum-onnx", "onnxruntime"),
        ),
        Kind(
            name=REFERENCE,
            title="transformers on PyTorch, fp32",
            module="pytorch",
            variant="float32",
            source=CHECKPOINT,
            weight_bytes=4,
            kept_bytes=4,
            least_correlation=0.99999,
            packages=("torch", "transformers"),
            needs=(),
        ),
        Kind(
            name="pytorch-bf16",
            title="transformers on PyTorch, bf16",
            module="pytorch",
            variant="bfloat16",
            source=CHECKPOINT,
            weight_bytes=2,
            kept_bytes=2,
            least_correlation=0.999,
            packages=("torch", "transformers"),
            needs=(),
            instructions=("avx512_bf16", "amx_bf16", "bf16"),
        ),
    )
}
SHIPPED = Kind(
    name="shipped",
    title="the bundle that ships",
    module="kernels",
    variant="shipped",
    source="shipped",
    weight_bytes=0.75,
    kept_bytes=1 + 4 / _HEAD_SIZE,
    least_correlation=0,
    packages=("numpy",),
    needs=(),
)


def maker_of(source: str) -> Kind:
    """Return the kind whose module makes a source."""
    return next(kind for kind in KINDS.values() if kind.source == source)
