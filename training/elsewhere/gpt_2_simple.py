"""Folders of gpt-2-simple, and of OpenAI's own release: TensorFlow's weights and `hparams.json`.

    checkpoint                              names the newest save
    model-1000.index, model-1000.data-…     the weights (model-1000.meta, the graph, is not needed)
    hparams.json                            n_vocab, n_ctx, n_embd, n_head, n_layer

Names are `model/h0/attn/c_attn/w` and so on; what the optimiser kept beside them is passed over.
"""

import json
import re
from pathlib import Path

import torch
from transformers import GPT2Config

from training.elsewhere.network import ReadNetwork, check_weights
from training.elsewhere.tensor_bundle import TensorBundle
from training.errors import CheckpointError

HPARAMS = "hparams.json"
_SIZES = {
    "n_vocab": "vocab_size",
    "n_ctx": "n_positions",
    "n_embd": "n_embd",
    "n_head": "n_head",
    "n_layer": "n_layer",
}
"""The sizes in hparams.json → transformers' names for them."""

_NEWEST = re.compile(r'^model_checkpoint_path:\s*"(?P<path>[^"]+)"', re.MULTILINE)
_NAME = re.compile(
    r"model/(?:(?P<layer>h\d+)/)?"
    r"(?P<part>ln_[12]|attn/c_attn|attn/c_proj|mlp/c_fc|mlp/c_proj|ln_f)/(?P<kind>[wbg])"
)


def is_gpt_2_simple(folder: Path) -> bool:
    """Tell whether a folder holds a checkpoint of TensorFlow."""
    return (folder / HPARAMS).is_file() or any(folder.glob("*.index"))


def read_config(folder: Path) -> GPT2Config:
    """Read the sizes from `hparams.json`. Raises CheckpointError."""
    path = folder / HPARAMS
    if not path.is_file():
        raise CheckpointError(
            f"{folder} holds a TensorFlow checkpoint and no {HPARAMS}: give the folder of a "
            "gpt-2-simple run, as checkpoint/run1; other models cannot be read"
        )
    try:
        found = json.loads(path.read_text("utf-8"))
        sizes = {ours: int(found[theirs]) for theirs, ours in _SIZES.items()}
    except (ValueError, KeyError, TypeError) as error:
        raise CheckpointError(
            f"{path} lacks or mangles a size ({error!r}): it needs {', '.join(_SIZES)}"
        ) from error
    if min(sizes.values()) < 1 or sizes["n_embd"] % sizes["n_head"]:
        raise CheckpointError(
            f"{path} asks for {found}: sizes are 1 or more, and n_head divides n_embd"
        )
    return GPT2Config(**sizes)  # type: ignore[no-untyped-call]


def read_network(folder: Path) -> ReadNetwork:
    """Read the newest save of a run. Raises CheckpointError."""
    config = read_config(folder)
    bundle = TensorBundle(_newest(folder))
    names = {name: ours for name in bundle.shapes if (ours := _our_name(name))}  # theirs → ours
    if not names:
        raise CheckpointError(
            f"{bundle.index} has none of GPT-2's variables, as model/wte; it begins with "
            f"{', '.join(sorted(bundle.shapes)[:3])}: it is of another model"
        )
    found = {ours: _without_ones(name, bundle.shapes[name]) for name, ours in names.items()}
    check_weights(config, found, bundle.index, says=HPARAMS)
    weights = {
        ours: torch.from_numpy(bundle.read(name).reshape(found[ours]).copy())
        for name, ours in names.items()
    }
    return ReadNetwork(config, weights)


def step_of(folder: Path) -> str:
    """Return the name of the newest save, as `model-1000`."""
    return _newest(folder).name


def _newest(folder: Path) -> Path:
    """Find the save that `checkpoint` names, wherever the folder was when that was written."""
    state = folder / "checkpoint"
    named = _NEWEST.search(state.read_text("utf-8", "replace")) if state.is_file() else None
    if named:
        return folder / re.split(r"[/\\]", named["path"])[-1]
    saves = sorted(folder.glob("*.index"))
    if len(saves) != 1:
        raise CheckpointError(
            f"{folder} has {len(saves)} files *.index and no file `checkpoint` that names one: "
            "copy the whole folder of the run"
        )
    return saves[0].with_suffix("")


def _our_name(name: str) -> str | None:
    """Return transformers' name of a variable; None where it is not one of GPT-2's."""
    if name in ("model/wte", "model/wpe"):
        return f"transformer.{name.removeprefix('model/')}.weight"
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    layer = f"h.{match['layer'][1:]}." if match["layer"] else ""
    kind = "bias" if match["kind"] == "b" else "weight"
    return f"transformer.{layer}{match['part'].replace('/', '.')}.{kind}"


def _without_ones(name: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Leave out the first dimension, 1, that the weights of a product have there."""
    is_product = name.endswith("/w") and len(shape) == 3 and shape[0] == 1
    return shape[1:] if is_product else shape
