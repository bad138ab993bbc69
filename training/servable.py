"""Which checkpoints can become a bundle: those that the networks that serve compute as they are."""

from pathlib import Path

from transformers import GPT2Config, GPT2LMHeadModel

from training.errors import CheckpointError
from training.files import sha256_of
from training.prepared import Prepared
from training.serving_graph import EPSILON

VECTOR = 16  # floats that the kernels take at a time
LARGEST_HEAD = 256


def check_belongs(model: GPT2LMHeadModel, checkpoint: Path, prepared: Prepared) -> None:
    """Refuse a checkpoint that was trained with another tokenizer."""
    own = checkpoint / "tokenizer.json"
    given = prepared.folder / "tokenizer.json"
    same_size = model.config.vocab_size == prepared.manifest.vocabulary
    if not same_size or (own.is_file() and sha256_of(own) != sha256_of(given)):
        raise CheckpointError(
            f"{checkpoint} was trained with another tokenizer (vocabulary "
            f"{model.config.vocab_size}) than {prepared.folder} holds (vocabulary "
            f"{prepared.manifest.vocabulary}): give --data the folder it was trained on"
        )


def check_servable(model: GPT2LMHeadModel, checkpoint: Path) -> None:
    """Refuse a variety of GPT-2, or a size, that only PyTorch can compute."""
    check_configuration(model.config, checkpoint)


def check_configuration(config: GPT2Config, checkpoint: Path) -> None:
    """Refuse the same before there is a model: a configuration is read in no time."""
    allowed = {
        "activation_function": ("gelu_new", "gelu_pytorch_tanh"),
        "layer_norm_epsilon": (EPSILON,),
        "n_inner": (None, 4 * config.n_embd),
        "tie_word_embeddings": (True,),
        "scale_attn_weights": (True,),
        "scale_attn_by_inverse_layer_idx": (False,),
        "add_cross_attention": (False,),
    }
    for name, values in allowed.items():
        found = getattr(config, name)
        if found not in values:
            raise CheckpointError(
                f"{checkpoint} has {name} = {found!r}; the engine computes "
                f"{' or '.join(map(repr, values))} only"
            )
    head_size = config.n_embd // config.n_head
    if head_size % VECTOR or head_size > LARGEST_HEAD:
        raise CheckpointError(
            f"{checkpoint} has {config.n_head} heads of {head_size} in a width of {config.n_embd}; "
            f"heads must be a multiple of {VECTOR}, up to {LARGEST_HEAD}"
        )
