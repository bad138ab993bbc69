"""`card`: the model card, from a report."""

import argparse
from pathlib import Path

HELP = "the model card, from a report"
_ROOT = Path(__file__).parents[2]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    parser.description = (
        "Write model-card.md from a report, and beside it model/report.json, from which the same "
        "card can be made again, and model/loss.svg where the report has a run's losses."
    )
    parser.add_argument(
        "--report", type=Path, required=True, help="report.json that `evaluate` wrote"
    )
    parser.add_argument(
        "--docs", type=Path, default=_ROOT / "docs", help="folder to write to (default: docs)"
    )


def run(options: argparse.Namespace) -> None:
    """Do it."""
    from training.evaluation.card import write_card  # noqa: PLC0415 - after the path
    from training.evaluation.report import read_report  # noqa: PLC0415 - after the path

    for path in write_card(read_report(options.report), options.docs):
        print(f"wrote {path}")
