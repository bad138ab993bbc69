"""The command behind `make package`: builds the zips, tries each of them, and shows what came.

    python -m ship.package [--architecture x86_64]

It ends with an error where a function is larger than 15 MB zipped, is built for another processor,
does not import alone, or does not answer.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from local import template
from local.errors import LocalError
from operate.errors import OperateError
from ship.errors import NotShippable, ShipError
from ship.own_environment import enter_own_environment
from ship.processors import ARCHITECTURES, own_architecture

MOST_BYTES = 15_000_000
"""Of one function, zipped. Lambda takes 50 MB; what is small starts and deploys sooner."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is shown of one artefact."""

    resource: str
    size: int
    native: int
    tried: str
    answers: tuple[str, ...]


def main() -> None:
    """Build, try, and show; an error that the operator can put right is one line."""
    enter_own_environment("ship.package")
    arguments = _parser().parse_args()
    try:
        package(arguments.architecture)
    except (ShipError, LocalError, OperateError) as error:
        sys.exit(str(error))


def package(architecture: str) -> None:
    """Build and try the zips for this architecture, and print the table. Raises ShipError."""
    from ship import interpreters, trial, zips  # noqa: PLC0415  # they need the environment
    from ship.trial_site import trial_site  # noqa: PLC0415

    described = template.read(zips.TEMPLATE)
    python = interpreters.find(zips.runtime_version(described))
    artefacts = zips.build_zips(architecture, zips.folder_for(architecture), _say)
    native = [trial.check_processor(artefact, architecture) for artefact in artefacts]
    for artefact in artefacts:
        trial.check_compiled(artefact, python)
    own = own_architecture()
    tried = artefacts
    if own != architecture:
        tried = zips.build_zips(own, zips.folder_for(own), _say)
        for artefact, twin in zip(artefacts, tried, strict=True):
            trial.check_twin(artefact, twin)
    boto3 = trial.bring_boto3(python, trial.BROUGHT_BY_LAMBDA)
    handlers = {
        name: str(described["Resources"][name]["Properties"]["Handler"])
        for name in zips.zip_functions(described)
    }
    _say("Calling each function against a local site …")
    with trial_site() as site:
        answered = {
            one.resource: one for one in trial.try_all(handlers, tried, python, boto3, site)
        }
    rows = [
        Row(
            artefact.resource,
            artefact.size,
            libraries,
            f"{answered[artefact.resource].modules} modules, Python {python.version} on {own}"
            if artefact.resource in answered
            else "with each function",
            answered[artefact.resource].answers if artefact.resource in answered else (),
        )
        for artefact, libraries in zip(artefacts, native, strict=True)
    ]
    print(table(rows, architecture))
    _say(f"The zips are in {zips.folder_for(architecture)}")
    check_sizes(rows)


def table(rows: Sequence[Row], architecture: str) -> str:
    """Return the rows, set under each other."""
    head = ("", "zipped MB", f"native for {architecture}", "imported alone", "answered")
    lines = [
        head,
        *(
            (
                row.resource,
                f"{row.size / 1e6:.2f}",
                str(row.native),
                row.tried,
                ", ".join(row.answers),
            )
            for row in rows
        ),
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def check_sizes(rows: Sequence[Row]) -> None:
    """Raise NotShippable where an artefact is larger than it may be."""
    large = [f"{row.resource} has {row.size / 1e6:.1f} MB" for row in rows if row.size > MOST_BYTES]
    if large:
        message = f"{'; '.join(large)} zipped; {MOST_BYTES / 1e6:.0f} MB are allowed. "
        raise NotShippable(message + "See which package grew: unzip -lv, and requirements.txt.")


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ship.package",
        description="Build the zips of the functions, and try each of them on this computer.",
    )
    parser.add_argument(
        "--architecture",
        choices=tuple(ARCHITECTURES),
        default="arm64",
        help="the processor that they will run on (the template's Architecture; default arm64)",
    )
    return parser


if __name__ == "__main__":
    main()
