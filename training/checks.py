"""Checks that an exported graph does what the checkpoint does. Each failure is an ExportError."""

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional
from transformers import GPT2LMHeadModel

from functions.generate.network.reading import Network
from training.errors import ExportError
from training.graph import Graph, Integers
from training.served import ServingGraph, read_text

LOGIT_TOLERANCE = 1e-3  # the largest difference of a logit between the fp32 graph and PyTorch
GREEDY_STEPS = 256
DIVERGENCE_TOLERANCE = 0.02  # nats; on the bundled model it is 0.002 at most
PROMPTS_AT_ONCE = 5  # the graph hands out its whole cache at every step

Margins = npt.NDArray[np.float32]


def check_logits(model: GPT2LMHeadModel, graph: Graph, prompts: Integers) -> None:
    """Compare all logits of a batch, read at once and read in two parts, one row padded."""
    mask = np.ones_like(prompts)
    mask[0, : prompts.shape[1] // 3] = 0
    positions = np.maximum(mask.cumsum(axis=1) - 1, 0)
    with torch.inference_mode():
        expected = model(
            input_ids=torch.from_numpy(prompts),
            attention_mask=torch.from_numpy(mask),
            position_ids=torch.from_numpy(positions),
        ).logits.numpy()
    at_once, _ = graph.run(prompts, mask=mask)
    cut = prompts.shape[1] // 2
    first, past = graph.run(prompts[:, :cut], mask=mask[:, :cut])
    second, _ = graph.run(prompts[:, cut:], past, mask)
    in_parts = np.concatenate([first, second], axis=1)
    seen = mask.astype(bool)
    for how, logits in (("at once", at_once), ("in two parts", in_parts)):
        difference = float(np.abs(logits - expected)[seen].max())
        if not difference <= LOGIT_TOLERANCE:
            raise ExportError(
                f"read {how}, the exported graph's logits differ from PyTorch's by "
                f"{difference:.2e}; at most {LOGIT_TOLERANCE:.0e} is allowed"
            )


def check_greedy(model: GPT2LMHeadModel, graph: Graph, prompts: Integers) -> None:
    """Let PyTorch write on from prompts (prompts, length); the graph must choose the same tokens.

    Both read PyTorch's tokens, which are the graph's own as long as it agrees. Where PyTorch's two
    best logits differ by less than the tolerance, either may be chosen.
    """
    steps = min(GREEDY_STEPS, model.config.n_positions - prompts.shape[1])
    for start in range(0, len(prompts), PROMPTS_AT_ONCE):
        part = prompts[start : start + PROMPTS_AT_ONCE]
        expected, margins = _greedy(model, part, steps)
        chosen = _choices(graph, part, expected)
        wrong = np.argwhere((chosen != expected) & (margins >= LOGIT_TOLERANCE))
        if len(wrong):
            row, step = wrong[0]
            raise ExportError(
                f"behind prompt {start + row}, the exported graph writes other tokens than PyTorch "
                f"from step {step} of {steps} on (got {chosen[row, step]}, expected "
                f"{expected[row, step]})"
            )


def _greedy(model: GPT2LMHeadModel, prompts: Integers, steps: int) -> tuple[Integers, Margins]:
    """Return PyTorch's tokens (prompts, steps), and by how much each beat the second best."""
    read, past = torch.from_numpy(prompts), None
    written, margins = [], []
    with torch.inference_mode():
        for _ in range(steps):
            output = model(input_ids=read, past_key_values=past, use_cache=True, logits_to_keep=1)
            past = output.past_key_values
            best = output.logits[:, -1].topk(2)  # (prompts, 2)
            read = best.indices[:, :1]
            written.append(read)
            margins.append(best.values[:, :1] - best.values[:, 1:])
    return torch.cat(written, dim=1).numpy(), torch.cat(margins, dim=1).numpy()


def _choices(graph: Graph, prompts: Integers, given: Integers) -> Integers:
    """Return the graph's tokens (prompts, steps) where all before them are the given ones."""
    logits, past = graph.run(prompts)
    chosen = [logits[:, -1].argmax(axis=-1)]
    for step in range(given.shape[1] - 1):
        logits, past = graph.run(given[:, step : step + 1], past)
        chosen.append(logits[:, -1].argmax(axis=-1))
    return np.stack(chosen, axis=1)


def check_serving_graph(graph: ServingGraph, network: Network, prompts: Integers) -> None:
    """Compare the two networks that serve the same weights, behind the last token of each prompt.

    Both round what they multiply to 8 bits, in different places and orders, and the kernels round
    what they remember too. So their logits differ here and there by some tenths; what they predict
    must be nearly the same.
    """
    for number, prompt in enumerate(prompts):
        expected = torch.from_numpy(read_text(network, prompt)[-1])  # (vocabulary)
        found = torch.from_numpy(graph.read(prompt))
        divergence = functional.kl_div(
            found.log_softmax(dim=-1),
            expected.log_softmax(dim=-1),
            log_target=True,
            reduction="sum",
        ).item()
        if not divergence <= DIVERGENCE_TOLERANCE:
            raise ExportError(
                f"behind prompt {number}, the serving graph predicts otherwise than the kernels: "
                f"they diverge by {divergence:.4f} nats; at most {DIVERGENCE_TOLERANCE} is allowed"
            )
