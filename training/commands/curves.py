"""`curves`: a run's losses as a picture."""

import argparse
from pathlib import Path

HELP = "a run's losses as a picture"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    parser.description = (
        "Draw the loss on training text and on held-out text by the tokens seen, as SVG. Works "
        "while the run goes on, too."
    )
    parser.add_argument("--run", dest="folder", type=Path, required=True, help="the run's folder")
    parser.add_argument("--out", type=Path, required=True, help="the SVG file")


def run(options: argparse.Namespace) -> None:
    """Do it."""
    from training.evaluation.curves import read_curves  # noqa: PLC0415 - after the path
    from training.evaluation.page import curves_chart  # noqa: PLC0415 - after the path
    from training.whole_file import write_whole  # noqa: PLC0415 - beside its user

    picture = curves_chart(read_curves(options.folder), is_alone=True)
    write_whole(options.out, f"{picture}\n")
    print(f"wrote {options.out}")
