"""The reference graph becomes the graph that ships: its weights in 8 bits, block by block.

Every 32 weights share a scale (round to nearest, symmetric). The products with a weight become
`MatMulNBits`, which multiplies in 8 bits; the token embedding becomes `GatherBlockQuantized` on
the output head's own weights, so that the tied matrix is stored once. Positions, biases and norms
stay as they are. Weights lie in `model.onnx.data`, which the engine maps into memory.
"""

import logging
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

from training.errors import ExportError

BITS = 8
BLOCK = 32
COMPUTE_IN_INT8 = 4  # onnxruntime's `accuracy_level` of that meaning

_QUANTISER_LOG = "onnxruntime.quantization.matmul_nbits_quantizer"
_EMBEDDING = "transformer.wte.weight"


def quantise(reference: Path, target: Path) -> None:
    """Write `target` and `target`.data from the fp32 graph at `reference`."""
    model = onnx.load(str(reference))
    width = _shape_of(model.graph, _EMBEDDING)[1]
    if width % BLOCK:
        raise ExportError(
            f"a width of {width} cannot be quantised in blocks of {BLOCK}: "
            f"train a model whose width is a multiple of {BLOCK}"
        )
    _split_gemms(model.graph)
    _turn_tied_head(model.graph)
    logging.getLogger(_QUANTISER_LOG).setLevel(logging.WARNING)  # it tells of every node it passes
    quantiser = MatMulNBitsQuantizer(
        model,
        bits=BITS,
        block_size=BLOCK,
        is_symmetric=True,
        accuracy_level=COMPUTE_IN_INT8,
        op_types_to_quantize=("MatMul",),
    )
    quantiser.process()
    quantised = quantiser.model.model
    _share_embedding(quantised.graph, width)
    _drop_unused(quantised.graph)
    onnx.save_model(
        quantised,
        str(target),
        save_as_external_data=True,
        all_tensors_to_one_file=True,
        location=f"{target.name}.data",
        size_threshold=1024,
    )
    target.with_name(f"{target.name}.data").chmod(0o644)  # onnx gives it to its owner alone


def _split_gemms(graph: onnx.GraphProto) -> None:
    """Write every Gemm as MatMul and Add: the quantiser knows only products."""
    nodes = []
    for node in graph.node:
        if node.op_type != "Gemm":
            nodes.append(node)
            continue
        settings = {item.name: helper.get_attribute_value(item) for item in node.attribute}
        plain = {"alpha": 1.0, "beta": 1.0, "transA": 0, "transB": 0}
        if {**plain, **settings} != plain or len(node.input) != 3:
            raise ExportError(f"{node.name} is a Gemm with {settings}: only plain ones are known")
        rows, weight, bias = node.input
        product = f"{node.output[0]}_product"
        nodes.append(helper.make_node("MatMul", [rows, weight], [product], f"{node.name}_MatMul"))
        nodes.append(helper.make_node("Add", [product, bias], node.output, f"{node.name}_Add"))
    _replace_nodes(graph, nodes)


def _turn_tied_head(graph: onnx.GraphProto) -> None:
    """Turn the output head's weights now: the export leaves that to a Transpose at run time."""
    turn = next(
        (n for n in graph.node if n.op_type == "Transpose" and n.input[0] == _EMBEDDING), None
    )
    if turn is None:
        return
    turned = numpy_helper.to_array(_initializer(graph, _EMBEDDING)).T
    graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(turned), turn.output[0]))
    _replace_nodes(graph, [node for node in graph.node if node is not turn])


def _share_embedding(graph: onnx.GraphProto, width: int) -> None:
    """Let the token embedding read the rows of the quantised output head.

    The head's weights are (vocabulary, blocks, BLOCK) with scales (vocabulary, blocks).
    """
    head = next((node for node in graph.node if "logits" in node.output), None)
    lookup = next((node for node in graph.node if _EMBEDDING in node.input), None)
    if head is None or lookup is None or head.op_type != "MatMulNBits":
        raise ExportError(
            f"the exported graph has no quantised output head beside {_EMBEDDING}: "
            "export with the pinned versions in training/requirements.txt"
        )
    vocabulary, blocks, _ = _shape_of(graph, head.input[1])
    scales = numpy_helper.to_array(_initializer(graph, head.input[2]))
    names = {role: f"{_EMBEDDING}_{role}" for role in ("scales", "shape", "blocks")}
    graph.initializer.extend(
        [
            numpy_helper.from_array(scales.reshape(vocabulary, blocks, 1), names["scales"]),
            numpy_helper.from_array(np.asarray([0, 0, width], dtype=np.int64), names["shape"]),
        ]
    )
    gather = helper.make_node(
        "GatherBlockQuantized",
        [
            head.input[1],
            lookup.input[1],
            names["scales"],
        ],  # (batch, new) -> (batch, new, blocks, BLOCK)
        [names["blocks"]],
        f"{lookup.name}_quantised",
        domain="com.microsoft",
        gather_axis=0,
        quantize_axis=2,
        block_size=BLOCK,
        bits=BITS,
    )
    reshape = helper.make_node(
        "Reshape", [names["blocks"], names["shape"]], lookup.output, f"{lookup.name}_joined"
    )
    nodes = []
    for node in graph.node:
        nodes.extend([gather, reshape] if node is lookup else [node])
    _replace_nodes(graph, nodes)


def _drop_unused(graph: onnx.GraphProto) -> None:
    used = {name for node in graph.node for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)


def _replace_nodes(graph: onnx.GraphProto, nodes: list[onnx.NodeProto]) -> None:
    copies = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del graph.node[:]
    graph.node.extend(copies)


def _initializer(graph: onnx.GraphProto, name: str) -> onnx.TensorProto:
    found: onnx.TensorProto | None = next((t for t in graph.initializer if t.name == name), None)
    if found is None:
        raise ExportError(f"the exported graph has no weight {name}: is the checkpoint a GPT-2?")
    return found


def _shape_of(graph: onnx.GraphProto, name: str) -> tuple[int, ...]:
    return tuple(_initializer(graph, name).dims)
