"""Write `model.onnx`: the graph that serves where the compiled kernels do not run.

Plain onnxruntime runs it. Its weights lie in `model.onnx.data` (see `weights_file.py`), of which it
names the places: it holds none itself. The operators are onnxruntime's own
(https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md):

    input      tokens          (batch, new)    int64
               positions       (batch, new)    int64   of each token in its text
               lengths         (batch)         int32   tokens of each text after this step, less one
               total_length    (1)             int32   the largest of `lengths`, plus one
               past.N.keys     (batch, heads, context, head size)  fp32, and past.N.values
    output     logits          (batch, vocabulary)     behind the last of the new tokens
               present.N.keys  (batch, heads, context, head size)  fp32, and present.N.values

Bound to the same memory, past and present are one cache, in which only the new places are written.
Texts of different length are read together one token at a time; several tokens at once are read
one text at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from training.packing import weights_in_block

Tensors = Mapping[str, npt.NDArray[Any]]

EPSILON = 1e-5  # of GPT-2's layer norms
COMPUTE_IN_INT8 = 4  # MatMulNBits' `accuracy_level` of that meaning
IR_VERSION = 10
OPSET = 17  # any from 13 on has the few standard operators that are used

_CONTRIB = "com.microsoft"
_ELEMENTS = {np.dtype(np.uint8): TensorProto.UINT8, np.dtype(np.float32): TensorProto.FLOAT}


def write_serving_graph(
    path: Path, tensors: Tensors, offsets: Mapping[str, int], heads: int
) -> None:
    """Write the graph of the tensors that lie at `offsets` in the file beside it, `path`.data."""
    graph = _Graph(tensors, offsets, f"{path.name}.data", heads)
    _add_all(graph)
    model = helper.make_model(
        helper.make_graph(graph.nodes, "gpt2", _inputs(graph), _outputs(graph), graph.initializers),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(_CONTRIB, 1)],
        ir_version=IR_VERSION,
        producer_name="training.serving_graph",
    )
    path.write_bytes(model.SerializeToString(deterministic=True))


@dataclass(frozen=True)
class _Matrix:
    """The names of a matrix's tensors, and its sizes."""

    blocks: str  # (outputs, blocks in a row, 64) bytes
    scales: str  # (outputs, blocks in a row)
    bits: int
    outputs: int
    blocks_in_row: int


class _Graph:
    """The nodes and the stored tensors of a graph, while it is written."""

    def __init__(
        self, tensors: Tensors, offsets: Mapping[str, int], location: str, heads: int
    ) -> None:
        self.heads = heads
        self.context, self.width = tensors["wpe.weight"].shape
        self.vocabulary = len(tensors["wte.scales"])
        self.layers = sum(name.endswith(".ln_1.weight") for name in tensors)
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self._tensors = tensors
        self._offsets = offsets
        self._location = location
        self._known: set[str] = set()

    def add(
        self,
        operator: str,
        inputs: Sequence[str],
        output: str | Sequence[str],
        **attributes: float,
    ) -> str:
        """Add a node; return the name of its first output."""
        outputs = [output] if isinstance(output, str) else list(output)
        domain = "" if onnx.defs.has(operator) else _CONTRIB
        node = helper.make_node(operator, inputs, outputs, f"{outputs[0]}.node", domain=domain)
        node.attribute.extend(helper.make_attribute(*item) for item in attributes.items())
        self.nodes.append(node)
        return outputs[0]

    def stored(self, name: str, shape: Sequence[int] | None = None) -> str:
        """Name a tensor of the weights file, or the same bytes in another shape."""
        tensor = self._tensors[name]
        known_as = name if shape is None else f"{name}.shaped"
        if known_as not in self._known:
            entry = TensorProto(
                name=known_as,
                data_type=_ELEMENTS[tensor.dtype],
                dims=shape or tensor.shape,
                data_location=TensorProto.EXTERNAL,
            )
            place = {
                "location": self._location,
                "offset": self._offsets[name],
                "length": tensor.nbytes,
            }
            for key, value in place.items():
                entry.external_data.add(key=key, value=str(value))
            self.initializers.append(entry)
            self._known.add(known_as)
        return known_as

    def numbers(self, name: str, values: Sequence[int] | int) -> str:
        """Hold a few whole numbers in the graph itself, as shapes and places."""
        array = np.asarray(values, dtype=np.int64)
        self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def matrix(self, name: str) -> _Matrix:
        """Find a matrix, in whichever bits it is stored."""
        bits = 4 if f"{name}.blocks4" in self._tensors else 8
        blocks, scales = f"{name}.blocks{bits}", f"{name}.scales"
        outputs, in_row = self._tensors[scales].shape
        return _Matrix(self.stored(blocks), self.stored(scales), bits, outputs, in_row)


def _add_all(graph: _Graph) -> None:
    """Add the nodes of the whole forward pass.

    `stream` is the residual stream, `update` what is to be added to it, with `bias`: each norm adds
    them first.
    """
    stream, update = _embedding(graph)  # (batch, new, width) each
    bias = ""
    for layer in range(graph.layers):
        stem = f"h.{layer}"
        normed, stream = _add_and_norm(graph, stream, update, bias, f"{stem}.ln_1")
        update = _attention(graph, normed, layer)
        bias = graph.stored(f"{stem}.attn.c_proj.bias")
        normed, stream = _add_and_norm(graph, stream, update, bias, f"{stem}.ln_2")
        update = _mlp(graph, normed, f"{stem}.mlp")
        bias = graph.stored(f"{stem}.mlp.c_proj.bias")
    last = graph.numbers("last", -1)
    stream = graph.add("Gather", [stream, last], "last.stream", axis=1)  # (batch, width)
    update = graph.add("Gather", [update, last], "last.update", axis=1)
    normed, _ = _add_and_norm(graph, stream, update, bias, "ln_f")
    _product(graph, normed, "wte", "logits")  # (batch, vocabulary)


def _embedding(graph: _Graph) -> tuple[str, str]:
    """Look up tokens and positions: (batch, new, width) each."""
    matrix = graph.matrix("wte")
    padded = matrix.blocks_in_row * weights_in_block(matrix.bits)
    rows = graph.add(
        "GatherBlockQuantized",
        [
            matrix.blocks,
            "tokens",
            graph.stored("wte.scales", (matrix.outputs, matrix.blocks_in_row, 1)),
        ],
        "wte.rows",  # (batch, new, blocks, weights in a block)
        gather_axis=0,
        quantize_axis=2,
        block_size=weights_in_block(matrix.bits),
        bits=matrix.bits,
    )
    shape = graph.numbers("wte.shape", [0, 0, padded])
    found = graph.add("Reshape", [rows, shape], "wte.joined")
    if padded > graph.width:
        cut = [
            graph.numbers(f"wte.{part}", [value])
            for part, value in (("from", 0), ("to", graph.width), ("axis", 2))
        ]
        found = graph.add("Slice", [found, *cut], "wte.cut")
    positions = graph.add("Gather", [graph.stored("wpe.weight"), "positions"], "wpe.rows", axis=0)
    return found, positions


def _attention(graph: _Graph, normed: str, layer: int) -> str:
    """Mix the texts' tokens; without the bias of the last product."""
    stem = f"h.{layer}.attn"
    mixed = _product(graph, normed, f"{stem}.c_attn", f"{stem}.qkv", has_bias=True)
    attended = graph.add(
        "GroupQueryAttention",
        [
            mixed,
            "",
            "",
            f"past.{layer}.keys",
            f"past.{layer}.values",
            "lengths",
            "total_length",
        ],
        [f"{stem}.attended", f"present.{layer}.keys", f"present.{layer}.values"],
        num_heads=graph.heads,
        kv_num_heads=graph.heads,
        do_rotary=0,
    )
    return _product(graph, attended, f"{stem}.c_proj", f"{stem}.out")


def _mlp(graph: _Graph, normed: str, stem: str) -> str:
    """Widen, activate, narrow; without the bias of the last product."""
    wide = _product(graph, normed, f"{stem}.c_fc", f"{stem}.wide")  # (batch, new, 4 width)
    bias = graph.stored(f"{stem}.c_fc.bias")
    active = graph.add("FastGelu", [wide, bias], f"{stem}.active")
    return _product(graph, active, f"{stem}.c_proj", f"{stem}.out")


def _product(graph: _Graph, rows: str, name: str, output: str, *, has_bias: bool = False) -> str:
    """Multiply rows (…, inputs) by a matrix: (…, outputs)."""
    matrix = graph.matrix(name)
    bias = ["", "", graph.stored(f"{name}.bias")] if has_bias else []
    return graph.add(
        "MatMulNBits",
        [rows, matrix.blocks, matrix.scales, *bias],
        output,
        K=4 * graph.width if name.endswith("mlp.c_proj") else graph.width,
        N=matrix.outputs,
        bits=matrix.bits,
        block_size=weights_in_block(matrix.bits),
        accuracy_level=COMPUTE_IN_INT8,
    )


def _add_and_norm(graph: _Graph, stream: str, update: str, bias: str, norm: str) -> tuple[str, str]:
    """Return the norm of stream + update + bias, and that sum."""
    weight, offset = graph.stored(f"{norm}.weight"), graph.stored(f"{norm}.bias")
    normed = graph.add(
        "SkipLayerNormalization",
        [stream, update, weight, offset, bias],
        [norm, "", "", f"{norm}.stream"],
        epsilon=EPSILON,
    )
    return normed, f"{norm}.stream"


def _inputs(graph: _Graph) -> list[onnx.ValueInfoProto]:
    whole = (
        ("tokens", TensorProto.INT64, ["batch", "new"]),
        ("positions", TensorProto.INT64, ["batch", "new"]),
        ("lengths", TensorProto.INT32, ["batch"]),
        ("total_length", TensorProto.INT32, [1]),
    )
    values = [helper.make_tensor_value_info(*entry) for entry in whole]
    return values + _caches(graph, "past")


def _outputs(graph: _Graph) -> list[onnx.ValueInfoProto]:
    shape: list[str | int] = ["batch", graph.vocabulary]
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, shape)
    return [logits, *_caches(graph, "present")]


def _caches(graph: _Graph, name: str) -> list[onnx.ValueInfoProto]:
    shape: list[str | int] = ["batch", graph.heads, "context", graph.width // graph.heads]
    return [
        helper.make_tensor_value_info(f"{name}.{layer}.{part}", TensorProto.FLOAT, shape)
        for layer in range(graph.layers)
        for part in ("keys", "values")
    ]
