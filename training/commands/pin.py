"""`pin`: a bundle that was exported before there were floors gets its own."""

import argparse
from pathlib import Path

HELP = "a bundle without floors gets its own"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    parser.description = (
        "Have a bundle write a few texts, and pin its floors in its bundle.json by them and by the "
        "held-out figures that stand there. A bundle that has floors is left alone. `export` pins "
        "them by itself."
    )
    parser.add_argument("--bundle", type=Path, required=True, help="the bundle's folder")
    parser.add_argument(
        "--data", type=Path, required=True, help="the prepared folder it was measured on"
    )


def run(options: argparse.Namespace) -> None:
    """Do it."""
    from training.pin import pin  # noqa: PLC0415 - torch is slow

    for figure, bound in pin(options.bundle, options.data).items():
        for direction, value in bound.items():
            print(f"{figure} {direction.replace('_', ' ')} {value}")
