"""A checkpoint becomes a bundle: exported, checked against PyTorch, quantised, measured, written.

Nothing is written into the bundle's place before every check has passed.
"""

import json
import math
import shutil
import tempfile
import warnings
from pathlib import Path

import numpy as np
import torch
from optimum.exporters.onnx import main_export  # type: ignore[import-untyped]
from transformers import GPT2LMHeadModel

from training.bundle import HeldOut, Naming, describe
from training.errors import CheckpointError, ExportError
from training.files import sha256_of, whole_folder
from training.graph import Graph, Integers
from training.model import load_model, mean_loss
from training.prepared import (
    PackedRows,
    Prepared,
    as_tensor,
    characters_of,
    evenly_spaced,
    open_prepared,
)
from training.quantise import quantise

LOGIT_TOLERANCE = 1e-3  # the largest difference of a logit between the fp32 graph and PyTorch
GREEDY_STEPS = 64
GREEDY_PROMPTS = 6
WORST_PERPLEXITY_RATIO = 1.02  # what quantisation may cost


def export(
    checkpoint: Path, data: Path, out: Path, naming: Naming, held_out_rows: int | None = None
) -> HeldOut:
    """Write the bundle `out` from a checkpoint and the prepared folder it was trained on.

    The held-out text is measured whole, or on `held_out_rows` contexts spread over it.
    """
    prepared = open_prepared(data)
    model = load_model(checkpoint)
    _check_belongs(model, checkpoint, prepared)
    with (
        tempfile.TemporaryDirectory() as scratch,
        whole_folder(out) as staging,
    ):
        reference = export_reference(model, Path(scratch))
        _check_reference(model, _open(reference, model), prepared)
        quantise(reference, staging / "model.onnx")
        graph = _open(staging / "model.onnx", model)
        held_out = measure(model, graph, prepared, held_out_rows)
        if held_out.perplexity_quantised > WORST_PERPLEXITY_RATIO * held_out.perplexity_original:
            raise ExportError(
                f"quantisation raises the perplexity from {held_out.perplexity_original:.2f} to "
                f"{held_out.perplexity_quantised:.2f}; at most "
                f"{WORST_PERPLEXITY_RATIO - 1:.0%} is allowed"
            )
        shutil.copyfile(prepared.folder / "tokenizer.json", staging / "tokenizer.json")
        files = {path.name: sha256_of(path) for path in sorted(staging.iterdir())}
        description = describe(naming, model, prepared.manifest, held_out, files)
        (staging / "bundle.json").write_text(
            json.dumps(description, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    return held_out


def export_reference(model: GPT2LMHeadModel, folder: Path) -> Path:
    """Let optimum write the fp32 graph of a model into `folder`."""
    source = folder / "checkpoint"
    model.save_pretrained(source)
    with warnings.catch_warnings():
        # optimum traces with PyTorch's older exporter, which warns of its age and of its traces;
        # whether the trace is right is checked afterwards, against PyTorch.
        warnings.simplefilter("ignore")
        main_export(
            str(source),
            str(folder / "onnx"),
            task="text-generation-with-past",
            do_validation=False,
            local_files_only=True,
        )
    return folder / "onnx" / "model.onnx"


def measure(
    model: GPT2LMHeadModel, graph: Graph, prepared: Prepared, most_rows: int | None
) -> HeldOut:
    """Measure the held-out text with the original weights and with the quantised ones."""
    held_out = PackedRows(
        prepared.held_out, min(model.config.n_positions, len(prepared.held_out) - 1)
    )
    rows = evenly_spaced(held_out, most_rows or len(held_out))
    tokens = as_tensor(rows)
    predicted = tokens[:, 1:].numel()
    bits = predicted / math.log(2) / characters_of(prepared.tokenizer, rows)
    original = mean_loss(model, tokens)
    quantised = graph.mean_loss(tokens.numpy())
    return HeldOut(
        perplexity_original=round(math.exp(original), 4),
        perplexity_quantised=round(math.exp(quantised), 4),
        bits_per_character_original=round(original * bits, 4),
        bits_per_character_quantised=round(quantised * bits, 4),
        documents=int((tokens[:, 1:] == prepared.manifest.end_of_text_id).sum()),
        tokens=predicted,
    )


def _check_belongs(model: GPT2LMHeadModel, checkpoint: Path, prepared: Prepared) -> None:
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


def _check_reference(model: GPT2LMHeadModel, graph: Graph, prepared: Prepared) -> None:
    """Compare logits and greedy continuations of held-out text with PyTorch's."""
    context = model.config.n_positions
    length = min(24, context // 4)
    rows = evenly_spaced(PackedRows(prepared.held_out, length), GREEDY_PROMPTS)
    prompts = np.stack(rows)[:, :length]  # (prompts, length)
    _check_logits(model, graph, prompts)
    steps = min(GREEDY_STEPS, context - length)
    for prompt in prompts.tolist():
        expected = _greedy(model, prompt, steps)
        written = graph.greedy(prompt, steps)
        if written != expected:
            place = next(i for i in range(steps) if written[i] != expected[i])
            raise ExportError(
                f"the exported graph writes other tokens than PyTorch from step {place} of {steps} "
                f"on (got {written[place]}, expected {expected[place]})"
            )


def _check_logits(model: GPT2LMHeadModel, graph: Graph, prompts: Integers) -> None:
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


def _greedy(model: GPT2LMHeadModel, prompt: list[int], steps: int) -> list[int]:
    step, past, written = torch.tensor([prompt]), None, []
    with torch.inference_mode():
        for _ in range(steps):
            output = model(input_ids=step, past_key_values=past, use_cache=True)
            past = output.past_key_values
            written.append(int(output.logits[0, -1].argmax()))
            step = torch.tensor([[written[-1]]])
    return written


def _open(path: Path, model: GPT2LMHeadModel) -> Graph:
    config = model.config
    return Graph(
        path,
        layers=config.n_layer,
        heads=config.n_head,
        head_size=config.n_embd // config.n_head,
    )
