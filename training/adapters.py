"""LoRA: small matrices beside the large ones are trained, for GPUs that are too small for all.

An adapter of rank r adds A·B to a matrix, A and B of r columns and rows (Hu et al. 2021). The
matrices themselves are frozen, so they need neither gradients nor the optimizer's two averages:
twelve bytes a weight less. What is saved as the best model has the products added in: it is a plain
GPT-2.
"""

import torch

from training.model import TrainableGPT2

MATRICES = ["c_attn", "c_proj", "c_fc"]  # of attention and MLP; c_proj is the name of one in each
_NAME = "default"  # peft's name for the only adapter
_SCALE = 2  # of the product, as in the paper's GPT-2 experiments at rank 16: alpha / rank


def add_adapters(model: TrainableGPT2, rank: int) -> None:
    """Freeze a model, and put trainable adapters beside its layers' matrices."""
    from peft import LoraConfig, inject_adapter_in_model  # noqa: PLC0415 - slow, rarely needed

    config = LoraConfig(
        r=rank, lora_alpha=_SCALE * rank, target_modules=MATRICES, fan_in_fan_out=True
    )
    inject_adapter_in_model(config, model, _NAME)


def merged_weights(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Return the weights under a plain GPT-2's names, with the adapters, if any, added in."""
    adapted = {name: module for name, module in model.named_modules() if hasattr(module, "lora_A")}
    merged = {}
    for name, weight in model.state_dict().items():
        layer, frozen, kind = name.rpartition(".base_layer.")
        if ".lora_" in name:
            continue
        if not frozen:
            merged[name] = weight
        elif kind == "weight":
            merged[f"{layer}.{kind}"] = weight + adapted[layer].get_delta_weight(_NAME)
        else:
            merged[f"{layer}.{kind}"] = weight
    return merged
