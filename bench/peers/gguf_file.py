"""A checkpoint becomes a GGUF file, as llama.cpp's own converter names its parts.

Every matrix is stored in the one type asked for, the tied matrix included; biases, norms and
positions stay fp32. (https://github.com/ggml-org/llama.cpp/blob/master/gguf-py/gguf/constants.py,
`MODEL_ARCH.GPT2`)
"""

from pathlib import Path

import gguf
import numpy as np
from safetensors.numpy import load_file

from bench.engine import Floats
from bench.shapes import Shape
from bench.text import token_name

_EPSILON = 1e-5  # of GPT-2's layer norms
_PREFIX = "transformer."
_NAMES = {
    "ln_1": "attn_norm",
    "attn.c_attn": "attn_qkv",
    "attn.c_proj": "attn_output",
    "ln_2": "ffn_norm",
    "mlp.c_fc": "ffn_up",
    "mlp.c_proj": "ffn_down",
}


def write_gguf(shape: Shape, variant: str, checkpoint: Path, target: Path) -> None:
    """Write the file of a checkpoint, its matrices of the type that `variant` names."""
    weights = load_file(checkpoint / "model.safetensors")
    writer = gguf.GGUFWriter(str(target), "gpt2")
    _describe(writer, shape)
    kind = gguf.GGMLQuantizationType[variant]
    for name, tensor in _renamed(weights, shape.layers).items():
        if tensor.ndim == 2 and not name.startswith("position"):
            stored = gguf.quants.quantize(np.ascontiguousarray(tensor), kind)
            writer.add_tensor(name, stored, raw_dtype=kind)
        else:
            writer.add_tensor(name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _describe(writer: "gguf.GGUFWriter", shape: Shape) -> None:
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(4 * shape.width)
    writer.add_head_count(shape.heads)
    writer.add_layer_norm_eps(_EPSILON)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([token_name(token) for token in range(shape.vocabulary)])
    writer.add_token_types([gguf.TokenType.NORMAL] * shape.vocabulary)
    writer.add_token_merges(["t 0"])
    writer.add_bos_token_id(shape.vocabulary - 1)
    writer.add_eos_token_id(shape.vocabulary - 1)


def _renamed(weights: dict[str, Floats], layers: int) -> dict[str, Floats]:
    found = {name.removeprefix(_PREFIX): tensor for name, tensor in weights.items()}
    tensors = {
        "token_embd.weight": found["wte.weight"],
        "position_embd.weight": found["wpe.weight"],
        "output_norm.weight": found["ln_f.weight"],
        "output_norm.bias": found["ln_f.bias"],
    }
    for layer in range(layers):
        for theirs, gguf_name in _NAMES.items():
            weight = found[f"h.{layer}.{theirs}.weight"]
            # transformers keeps matrices as (inputs, outputs); GGUF has a row for each output
            tensors[f"blk.{layer}.{gguf_name}.weight"] = weight.T if weight.ndim == 2 else weight
            tensors[f"blk.{layer}.{gguf_name}.bias"] = found[f"h.{layer}.{theirs}.bias"]
    return tensors
