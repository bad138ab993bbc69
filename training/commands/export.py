"""`export`: a checkpoint becomes the bundle that the engine runs."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # torch is slow
    from training.bundle import Naming
    from training.export import ExportSettings

HELP = "a checkpoint becomes the engine's bundle"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    parser.description = (
        "Export a checkpoint to ONNX and check that against PyTorch; round its weights to 4 and 8 "
        "bits, measure original and result on held-out text, and write the bundle. OUT is replaced "
        "only when all is well, and not by what is worse on its pinned floors. Needs a C compiler: "
        "what is measured are the kernels that serve."
    )
    parser.add_argument("--checkpoint", type=Path, required=True, help="as RUN/best")
    parser.add_argument("--data", type=Path, required=True, help="the folder it was trained on")
    parser.add_argument("--out", type=Path, required=True, help="the bundle's folder")
    add_bundle_options(parser)


def add_bundle_options(parser: argparse.ArgumentParser) -> None:
    """Describe what the writing of a bundle may vary."""
    parser.add_argument("--name", default="art-criticism", help="how pages call the model")
    parser.add_argument(
        "--base-model", default="", help="what the training began from (default: as it noted)"
    )
    parser.add_argument("--license-weights", default="not stated", help="terms of the weights")
    parser.add_argument("--license-corpus", default="not stated", help="terms of the corpus")
    parser.add_argument(
        "--bits",
        choices=("mixed", "4", "8"),
        default="mixed",
        help="of a weight; mixed: 4, and 8 where 4 lose too much (default)",
    )
    parser.add_argument(
        "--most-loss",
        type=float,
        default=0.01,
        help="share by which the held-out perplexity may rise (default 0.01)",
    )
    parser.add_argument(
        "--held-out-rows", type=int, help="measure on so many contexts only (default: all)"
    )
    parser.add_argument(
        "--accept-worse",
        action="store_true",
        help="replace a bundle even by one that is worse on the floors pinned in its bundle.json",
    )


def run(options: argparse.Namespace) -> None:
    """Do it."""
    from training.export import export  # noqa: PLC0415 - torch is slow

    naming, settings = naming_of(options), settings_of(options)
    print(export(options.checkpoint, options.data, options.out, naming, settings))


def naming_of(options: argparse.Namespace) -> "Naming":
    """Return what the options say of the model."""
    from training.bundle import Naming  # noqa: PLC0415 - torch is slow

    return Naming(options.name, options.base_model, options.license_weights, options.license_corpus)


def settings_of(options: argparse.Namespace) -> "ExportSettings":
    """Return how the options want the bundle written."""
    from training.export import ExportSettings  # noqa: PLC0415 - torch is slow

    return ExportSettings(
        options.bits, options.most_loss, options.held_out_rows, options.accept_worse
    )
