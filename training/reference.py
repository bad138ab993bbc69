"""optimum's export of a checkpoint, in fp32: the reference, which must do what PyTorch does."""

import warnings
from pathlib import Path

from optimum.exporters.onnx import main_export
from transformers import GPT2LMHeadModel

from training.checks import check_greedy, check_logits
from training.graph import Graph, Integers


def check_reference(model: GPT2LMHeadModel, prompts: Integers, folder: Path) -> None:
    """Export into `folder`, and compare behind prompts (prompts, length). Raises ExportError."""
    config = model.config
    graph = Graph(
        export_reference(model, folder),
        layers=config.n_layer,
        heads=config.n_head,
        head_size=config.n_embd // config.n_head,
    )
    check_logits(model, graph, prompts)
    check_greedy(model, graph, prompts)


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
