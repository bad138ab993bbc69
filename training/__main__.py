"""Prepare a corpus, fit GPT-2 to it, export the bundle that the site's engine runs, measure it.

    python -m training prepare  --reviews TRAIN.csv --held-out-reviews HELD_OUT.csv --out PREPARED
    python -m training prepare  --books BOOKS --books-table BOOKS.csv --out PREPARED
    python -m training finetune --data PREPARED --out RUN --minutes 75
    python -m training export   --checkpoint RUN/best --data PREPARED --out functions/generate/model
    python -m training adopt    --checkpoint checkpoint/run1 --corpus reviews.txt --out BUNDLE
    python -m training pin      --bundle functions/generate/model --data PREPARED
    python -m training examples --bundle functions/generate/model
    python -m training evaluate --bundle functions/generate/model --data PREPARED --out EVALUATION
    python -m training card     --report EVALUATION/report.json
    python -m training curves   --run RUN --out LOSS.svg
    python -m training rehearse --out REHEARSAL

Each command has its own --help.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from training.commands import (
    adopt,
    card,
    curves,
    evaluate,
    examples,
    export,
    finetune,
    pin,
    prepare,
    rehearse,
)
from training.errors import TrainingError

COMMANDS = {
    "prepare": prepare,
    "finetune": finetune,
    "export": export,
    "adopt": adopt,
    "pin": pin,
    "examples": examples,
    "evaluate": evaluate,
    "card": card,
    "curves": curves,
    "rehearse": rehearse,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; an error that the operator can put right is one line and status 2."""
    # The domain is added to the path as AWS does with a layer: the engine stands on it.
    sys.path.append(str(Path(__file__).parents[1] / "layers" / "shared" / "python"))
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except TrainingError as error:
        print(f"training: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        described = commands.add_parser(name, help=command.HELP)
        command.add_options(described)
        described.set_defaults(run=command.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
