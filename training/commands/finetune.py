"""`finetune`: fit GPT-2 to a prepared folder."""

import argparse
from dataclasses import fields
from pathlib import Path

HELP = "fit GPT-2 to a prepared folder"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    parser.description = (
        "Train until --minutes or --steps are used up. The same command again goes on from the "
        "newest checkpoint in --out. The best model so far is in OUT/best, the log in "
        "OUT/log.jsonl."
    )
    parser.add_argument("--data", type=Path, required=True, help="what `prepare` wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder of this run")
    parser.add_argument("--minutes", type=float, help="stop after this time of training")
    parser.add_argument("--steps", type=int, help="stop after this number of steps")
    parser.add_argument(
        "--from",
        dest="source",
        help="a model to go on from: a transformers folder, or a name on the hub as "
        "openai-community/gpt2-medium (default: from scratch)",
    )
    size = parser.add_argument_group("size, from scratch")
    size.add_argument("--layers", type=int, default=6)
    size.add_argument("--heads", type=int, default=5)
    size.add_argument("--width", type=int, default=320)
    size.add_argument("--context", type=int, default=1024)
    how = parser.add_argument_group("how")
    how.add_argument("--batch", type=int, default=8, help="rows of one context each in a pass")
    how.add_argument("--accumulate", type=int, default=1, help="passes in a step")
    how.add_argument(
        "--optimizer",
        choices=("muon", "adamw"),
        help="default: muon from scratch, adamw with --from",
    )
    how.add_argument(
        "--learning-rate",
        type=float,
        help="at its highest (default: muon 3e-3, adamw 6e-4 from scratch; 3e-4 and 1e-4 with "
        "--from; 3e-4 with --lora)",
    )
    how.add_argument("--weight-decay", type=float, default=0.1)
    how.add_argument("--warm-up", type=float, default=0.02, help="share of the budget")
    how.add_argument("--short-window", type=int, default=256, help="attention's window at first")
    how.add_argument(
        "--short-until",
        type=float,
        help="share of the budget (default: 0.7 from scratch, 0 with --from)",
    )
    how.add_argument(
        "--patience",
        type=int,
        help="evaluations without a better one before the run stops; 0: it goes on (default: 0 "
        "from scratch, 3 with --from)",
    )
    how.add_argument("--evaluate-every", type=float, default=10.0, help="minutes")
    how.add_argument("--evaluation-rows", type=int, default=32, help="held-out rows each time")
    how.add_argument(
        "--lora",
        type=int,
        default=0,
        metavar="RANK",
        help="train adapters of this rank only, and merge them into OUT/best (needs --from)",
    )
    how.add_argument(
        "--checkpoint-activations",
        action="store_true",
        help="compute the layers twice instead of keeping what they gave: a third slower, far "
        "less memory",
    )
    how.add_argument("--save-every", type=float, default=4.0, help="minutes")
    how.add_argument("--log-every", type=int, default=20, help="steps")
    how.add_argument("--threads", type=int, help="of the processor (default: PyTorch's choice)")
    how.add_argument(
        "--compile", action="store_true", help="compile the layers (needs a C++ compiler)"
    )
    how.add_argument(
        "--precision",
        choices=("auto", "fp32", "bf16", "fp16"),
        default="auto",
        help="auto: bf16 where the hardware multiplies it, else fp16 on a GPU and fp32 without",
    )
    how.add_argument("--seed", type=int, default=1)


def run(options: argparse.Namespace) -> None:
    """Do it."""
    from accelerate import PartialState  # noqa: PLC0415 - torch is slow

    from training.finetune import finetune  # noqa: PLC0415 - torch is slow
    from training.settings import FinetuneSettings, Size  # noqa: PLC0415 - beside its user

    size = Size(options.layers, options.heads, options.width, options.context)
    names = [field.name for field in fields(FinetuneSettings) if field.name != "size"]
    settings = FinetuneSettings(size=size, **{name: getattr(options, name) for name in names})
    best = finetune(options.data, options.out, settings)
    if PartialState().is_main_process:
        print(best)
