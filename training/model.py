"""GPT-2 as it is trained: transformers' own, with a loss that never holds all logits at once.

`loss` of GPT2LMHeadModel keeps rows x vocabulary numbers in fp32 several times over. On a CPU that
memory traffic costs more than the layers. Here the output head is multiplied, normalised and
differentiated one piece of rows at a time, while the piece is in the cache; nothing else differs.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError
from torch.nn import functional
from transformers import AutoConfig, GPT2Config, GPT2LMHeadModel
from transformers.activations import ACT2FN
from transformers.modeling_outputs import CausalLMOutputWithCrossAttentions

from training.errors import CheckpointError
from training.pretrained import located, why
from training.settings import Size

FUSED_GELU = "gelu_pytorch_tanh"
ROWS_AT_ONCE = 1024
FP16_ROOM = 32
Model = TypeVar("Model", bound=GPT2LMHeadModel)


class HeadLoss(torch.autograd.Function):
    """Mean cross entropy of `hidden @ weight.T` against `targets`, differentiated on the way."""

    @staticmethod
    def forward(
        ctx: Any,  # noqa: ANN401 - PyTorch gives it no type that holds tensors
        hidden: torch.Tensor,
        weight: torch.Tensor,
        targets: torch.Tensor,
    ) -> torch.Tensor:
        """Return the loss; keep the two gradients.

        hidden: (rows, width) in the training precision; weight: (vocabulary, width);
        targets: (rows).
        """
        weight = weight.to(hidden.dtype)
        in_fp16 = hidden.dtype == torch.float16
        hidden_gradient = torch.empty_like(hidden)
        learns = ctx.needs_input_grad[1]  # a frozen head needs no gradient
        weight_gradient = torch.zeros(
            weight.shape if learns else (0,), dtype=torch.float32, device=weight.device
        )
        total = torch.zeros((), dtype=torch.float32, device=hidden.device)
        for start in range(0, len(targets), ROWS_AT_ONCE):
            piece = hidden[start : start + ROWS_AT_ONCE]
            target = targets[start : start + ROWS_AT_ONCE, None]
            logits = piece @ weight.t()  # (piece, vocabulary)
            # fp16 knows no probability below 6e-8, so that its loss would be infinite there.
            probability = torch.softmax(logits, dim=-1, dtype=torch.float32 if in_fp16 else None)
            correct = probability.gather(1, target)
            total -= correct.float().clamp_min(1e-30).log().sum()
            gradient = probability.scatter_(1, target, correct - 1).to(piece.dtype)
            hidden_gradient[start : start + ROWS_AT_ONCE] = gradient @ weight
            if not learns:
                continue
            if in_fp16:  # a sum over a piece may pass 65,504, the largest number of fp16
                weight_gradient.add_((gradient / FP16_ROOM).t() @ piece, alpha=FP16_ROOM)
            else:
                weight_gradient += gradient.t() @ piece
        ctx.save_for_backward(hidden_gradient, weight_gradient)
        ctx.count = len(targets)
        return total / len(targets)

    @staticmethod
    def backward(
        ctx: Any,  # noqa: ANN401 - as above
        *gradients: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor | None, None]:
        """Scale the kept gradients by that of the loss."""
        hidden_gradient, weight_gradient = ctx.saved_tensors
        # Divided only here: together with the scaler's factor, so that fp16 loses no small ones.
        scale = gradients[0] / ctx.count
        for_weight = weight_gradient * scale if ctx.needs_input_grad[1] else None
        return hidden_gradient * scale, for_weight, None


class TrainableGPT2(GPT2LMHeadModel):  # type: ignore[no-untyped-call]
    """GPT2LMHeadModel that returns only the loss, computed piece by piece."""

    compiled_layers: Callable[..., Any] | None = None

    def compile_layers(self) -> None:
        """Compile the layers for training; measuring and sampling stay as they are."""
        self.compiled_layers = torch.compile(self.transformer.forward, dynamic=False)

    def forward(
        self, input_ids: torch.Tensor, position_ids: torch.Tensor, targets: torch.Tensor
    ) -> CausalLMOutputWithCrossAttentions:
        """Return the mean loss of predicting `targets`; all three are (batch, length)."""
        layers = self.compiled_layers or self.transformer
        hidden = layers(
            input_ids=input_ids, position_ids=position_ids, use_cache=False
        ).last_hidden_state
        rows = hidden.reshape(-1, hidden.shape[-1])
        if torch.is_autocast_enabled(hidden.device.type):
            rows = rows.to(torch.get_autocast_dtype(hidden.device.type))
        loss = HeadLoss.apply(rows, self.lm_head.weight, targets.reshape(-1))  # type: ignore[no-untyped-call]
        return CausalLMOutputWithCrossAttentions(loss=loss)


def configuration(size: Size, vocabulary: int, end_of_text_id: int) -> GPT2Config:
    """Return GPT-2's configuration for training from scratch.

    No dropout: a small model that sees each token once or twice has nothing to forget. The name of
    the activation chooses PyTorch's fused kernel; it is the same function as `gelu_new`.
    """
    return GPT2Config(  # type: ignore[no-untyped-call]
        vocab_size=vocabulary,
        n_positions=size.context,
        n_embd=size.width,
        n_layer=size.layers,
        n_head=size.heads,
        activation_function=FUSED_GELU,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        bos_token_id=end_of_text_id,
        eos_token_id=end_of_text_id,
        loss_type="ForCausalLM",
    )


def start_from(source: str | Path, vocabulary: int) -> TrainableGPT2:
    """Load a model to go on from, of a folder or the hub; its vocabulary must be the prepared one.

    Dropout is what the model's own configuration says.
    """
    where = located(source)
    check_architecture(where)
    model = _load(TrainableGPT2, where)
    if model.config.activation_function == "gelu_new":
        # The same function in one kernel, which keeps one number in place of several for each.
        for block in model.transformer.h:
            mlp: Any = block.mlp
            mlp.act = ACT2FN[FUSED_GELU]
        model.config.activation_function = FUSED_GELU
    if model.config.vocab_size != vocabulary:
        raise CheckpointError(
            f"{source} has a vocabulary of {model.config.vocab_size} and the prepared text one of "
            f"{vocabulary}: prepare the text with the model's own tokenizer"
        )
    return model


def load_model(source: Path) -> GPT2LMHeadModel:
    """Load a checkpoint for measuring and exporting: fp32, no dropout, no gradients."""
    check_architecture(source)
    model = _load(GPT2LMHeadModel, source)
    return model.eval().requires_grad_(False)  # type: ignore[no-any-return,no-untyped-call]


def check_architecture(source: str | Path) -> None:
    """Refuse what is not a GPT-2 of transformers, in a folder or, by its name, on the hub."""
    here = isinstance(source, Path)
    if isinstance(source, Path) and not (source / "config.json").is_file():
        raise CheckpointError(
            f"{source} has no config.json: give a folder that transformers or "
            "`python -m training finetune` saved"
        )
    try:
        kind = AutoConfig.from_pretrained(source, local_files_only=here).model_type
    except Exception as error:  # the hub's library adds its own kinds
        raise CheckpointError(
            f"the configuration of {source} cannot be had: {why(error)}"
        ) from error
    if kind != "gpt2":
        raise CheckpointError(f"{source} holds a {kind!r}: only 'gpt2' can be trained and exported")


def _load(kind: type[Model], source: str | Path) -> Model:
    try:
        model = kind.from_pretrained(
            source, local_files_only=isinstance(source, Path), dtype=torch.float32
        )
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise CheckpointError(f"{source} cannot be loaded: {why(error)}") from error
    return model  # type: ignore[no-any-return]


def mean_loss(
    model: GPT2LMHeadModel,
    rows: torch.Tensor,
    batch: int = 4,
    *,
    dtype: torch.dtype = torch.float32,
) -> float:
    """Measure the mean loss in nats a token over rows of shape (rows, length + 1).

    The layers calculate in `dtype`; the loss is summed in fp32.
    """
    was_training = model.training
    model.eval()  # type: ignore[no-untyped-call]
    total = 0.0
    device = next(model.parameters()).device
    half = dtype if dtype != torch.float32 else torch.bfloat16  # autocast knows no fp32
    reduced = torch.autocast(device.type, half, enabled=dtype != torch.float32)
    with torch.inference_mode(), reduced:
        for part in rows.to(device).split(batch):  # type: ignore[no-untyped-call]
            hidden = model.transformer(input_ids=part[:, :-1], use_cache=False).last_hidden_state
            for states, targets in zip(hidden, part[:, 1:], strict=True):
                total += functional.cross_entropy(
                    model.lm_head(states).float(), targets, reduction="sum"
                ).item()
    model.train(was_training)
    return total / (rows.shape[0] * (rows.shape[1] - 1))
