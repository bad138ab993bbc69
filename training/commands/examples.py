"""`examples`: the bundle writes the reviews of the examples page."""

import argparse
from pathlib import Path

HELP = "the bundle writes the examples page"
_ROOT = Path(__file__).parents[2]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    parser.description = (
        "Have the engine that ships write the reviews of the examples page, each with the prompt, "
        "eccentricity, decade and seed that it takes to write it again."
    )
    parser.add_argument("--bundle", type=Path, required=True, help="the bundle's folder")
    parser.add_argument(
        "--out",
        type=Path,
        default=_ROOT / "functions" / "render" / "examples.json",
        help="the JSON file (default: where the pages read it)",
    )


def run(options: argparse.Namespace) -> None:
    """Do it."""
    from training.examples import write_examples  # noqa: PLC0415 - after the path

    write_examples(options.bundle, options.out)
    print(f"wrote {options.out}")
