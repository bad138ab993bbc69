"""Measure our engine beside the others, and write down what was found.

    python -m bench           measure all (40 minutes or so on 2 cores), write bench/results.md
    python -m bench report    write bench/results.md again, from the numbers of the last run
    python -m bench costs     write the cost table of docs/operating.md from them

Raw numbers, random weights and converted files are kept in .bench/ (about 12 GB with both shapes).
Leave the machine alone meanwhile: the rounds share out what else it does, but cannot undo it.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.errors import BenchError
from bench.kinds import KINDS
from bench.place import OPERATING, REPORT, ROOT, Place
from bench.shapes import MEASURED, SHAPES

# Our engine stands on the domain, which AWS adds to its path as a layer.
sys.path.append(str(ROOT / "layers" / "shared" / "python"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; an error that a person can put right is one line and status 2."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    options = _parser().parse_args(given)
    try:
        return int(options.run(options, given))
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--shapes",
        nargs="+",
        choices=SHAPES,
        default=list(MEASURED),
        help=f"of GPT-2 (default {' '.join(MEASURED)})",
    )
    parser.add_argument(
        "--engines",
        nargs="+",
        choices=KINDS,
        default=list(KINDS),
        help="(default all); PyTorch in fp32 is always there, to compare with",
    )
    parser.add_argument("--rounds", type=int, default=5, help="each a few minutes (default 5)")
    parser.add_argument(
        "--threads",
        type=int,
        choices=range(1, (os.cpu_count() or 1) + 1),
        metavar="N",
        default=min(2, os.cpu_count() or 1),
        help="of each engine (default 2, or the machine's one)",
    )
    parser.add_argument(
        "--folder", type=Path, default=ROOT / ".bench", help="for what is kept (default .bench)"
    )
    parser.add_argument(
        "--page",
        type=Path,
        help="to be written (default bench/results.md; in the folder where not all is measured)",
    )
    parser.set_defaults(run=_measure)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, run, page in (("report", _report, REPORT), ("costs", _costs, OPERATING)):
        known = page.relative_to(ROOT)
        command = commands.add_parser(name, help=f"write {known} from the last run")
        command.add_argument("--page", type=Path, default=page, help=f"(default {known})")
        command.set_defaults(run=run)
    return parser


def _measure(options: argparse.Namespace, given: list[str]) -> int:
    """Measure and report; 1 where an engine has no numbers."""
    from bench.measuring import Wish, measure  # noqa: PLC0415 - after the path

    wish = Wish(
        command=" ".join(["python -m bench", *given]),
        shapes=options.shapes,
        engines=options.engines,
        rounds=options.rounds,
        threads=options.threads,
    )
    is_whole = options.shapes == list(MEASURED) and options.engines == list(KINDS)
    options.page = options.page or (REPORT if is_whole else options.folder / REPORT.name)
    results = measure(Place(options.folder), wish, _say)
    _report(options, given)
    for failure in results.failures:
        print(f"bench: {failure.engine} on {failure.shape}: {failure.reason}", file=sys.stderr)
    return 1 if results.failures else 0


def _report(options: argparse.Namespace, given: list[str]) -> int:  # noqa: ARG001 - as its siblings
    from bench.report import report  # noqa: PLC0415 - after the path
    from bench.results import load  # noqa: PLC0415 - beside its user

    page: Path = options.page
    page.write_text(report(load(Place(options.folder).results)), encoding="utf-8")
    _say(f"wrote {page}")
    return 0


def _costs(options: argparse.Namespace, given: list[str]) -> int:  # noqa: ARG001 - as its siblings
    from bench.cost_table import write_costs  # noqa: PLC0415 - after the path
    from bench.results import load  # noqa: PLC0415 - beside its user

    write_costs(load(Place(options.folder).results), options.page)
    _say(f"wrote the tables in {options.page}")
    return 0


def _say(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main())
