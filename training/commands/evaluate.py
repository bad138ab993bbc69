"""`evaluate`: what a bundle writes, measured beside held-out text and the base model."""

import argparse
from dataclasses import fields
from pathlib import Path

from training.errors import EvaluationError

HELP = "a bundle's texts, measured beside held-out text"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    parser.description = (
        "Let the engine that ships write texts at several eccentricities, and measure them beside "
        "held-out text and the base model: perplexity, repetition, variety, copies, decades. "
        "Writes OUT/report.html, OUT/report.json and OUT/samples.jsonl. The same command after an "
        "interruption goes on with the samples that are there; --samples may grow. Samples of "
        "another bundle, openings or seeds are refused. Needs a C compiler."
    )
    parser.add_argument("--bundle", type=Path, required=True, help="the bundle's folder")
    parser.add_argument("--data", type=Path, required=True, help="the folder it was trained on")
    parser.add_argument("--out", type=Path, required=True, help="folder of the report")
    parser.add_argument("--checkpoint", type=Path, help="its checkpoint, as RUN/best")
    parser.add_argument(
        "--base",
        metavar="MODEL",
        help="what the training began from: a transformers folder, or a name on the hub as "
        "openai-community/gpt2-medium",
    )
    parser.add_argument(
        "--run", dest="run_folder", type=Path, help="folder of the run: its losses become a picture"
    )
    how = parser.add_argument_group("how much")
    how.add_argument("--eccentricities", default="1,3,5,7,10", help="(default 1,3,5,7,10)")
    how.add_argument("--samples", type=int, default=60, help="of each eccentricity (default 60)")
    how.add_argument("--base-samples", type=int, default=20, help="of the base (default 20)")
    how.add_argument("--base-eccentricity", type=int, default=7, help="(default 7)")
    how.add_argument("--prompt-words", type=int, default=6, help="of a document (default 6)")
    how.add_argument("--rows", type=int, default=128, help="for the perplexity (default 128)")
    how.add_argument("--decade-documents", type=int, default=200, help="(default 200)")
    how.add_argument("--first-seed", type=int, default=1, help="the others follow (default 1)")
    how.add_argument("--processes", type=int, help="that write (default: one a processor)")


def run(options: argparse.Namespace) -> None:
    """Do it."""
    from training.evaluation.bundles import base_folder  # noqa: PLC0415 - torch is slow
    from training.evaluation.evaluate import evaluate  # noqa: PLC0415 - torch is slow
    from training.evaluation.findings import findings_of  # noqa: PLC0415 - after the path
    from training.evaluation.page import page_of  # noqa: PLC0415 - after the path
    from training.evaluation.report import write_report  # noqa: PLC0415 - after the path
    from training.evaluation.settings import (  # noqa: PLC0415 - beside their user
        EvaluationSettings,
        Sources,
    )
    from training.whole_file import write_whole  # noqa: PLC0415 - beside its user

    given = {field.name: getattr(options, field.name) for field in fields(EvaluationSettings)}
    given["eccentricities"] = _numbers(options.eccentricities)
    settings = EvaluationSettings(
        **{name: value for name, value in given.items() if value is not None}
    )
    base = base_folder(options.base) if options.base else None
    sources = Sources(options.bundle, options.data, options.checkpoint, base, options.run_folder)
    report = evaluate(sources, options.out, settings)
    write_report(report, options.out / "report.json")
    write_whole(options.out / "report.html", page_of(report))
    for finding in findings_of(report):
        print(f"- {finding}")
    print(f"wrote {options.out / 'report.html'} and report.json")


def _numbers(text: str) -> tuple[int, ...]:
    """Return the numbers of a list such as `1,5,10`, each once."""
    try:
        return tuple(dict.fromkeys(int(number) for number in text.split(",")))
    except ValueError as error:
        raise EvaluationError(
            f"--eccentricities is {text!r}: give numbers from 1 to 10 with commas, as 1,5,10"
        ) from error
