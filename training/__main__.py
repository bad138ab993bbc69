"""Prepare a corpus, fit GPT-2 to it, export the bundle that the site's engine runs.

    python -m training prepare  --books BOOKS --books-table BOOKS.csv --out PREPARED
    python -m training finetune --data PREPARED --out RUN --minutes 75
    python -m training export   --checkpoint RUN/best --data PREPARED --out functions/generate/model
    python -m training examples --bundle functions/generate/model

Each command has its own --help.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from training.errors import TrainingError

_ROOT = Path(__file__).parents[1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; an error that the operator can put right is one line and status 2."""
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
    _add_prepare(commands.add_parser("prepare", help="books become token shards and a tokenizer"))
    _add_finetune(commands.add_parser("finetune", help="fit GPT-2 to a prepared folder"))
    _add_export(commands.add_parser("export", help="a checkpoint becomes the engine's bundle"))
    _add_examples(commands.add_parser("examples", help="the bundle writes the examples page"))
    return parser


def _add_prepare(parser: argparse.ArgumentParser) -> None:
    parser.description = "Cut books into documents, split by whole books, learn a tokenizer."
    parser.add_argument("--books", type=Path, required=True, help="folder of UTF-8 texts")
    parser.add_argument(
        "--books-table", type=Path, required=True, help="CSV with the columns file and year"
    )
    parser.add_argument("--out", type=Path, required=True, help="the prepared folder to write")
    parser.add_argument("--vocabulary", type=int, default=8192, help="tokens (default 8192)")
    parser.add_argument(
        "--tokenizer", type=Path, help="tokenizer.json of the model to go on from, instead"
    )
    parser.add_argument(
        "--held-out", type=float, default=0.05, help="share of words kept out (default 0.05)"
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed, another split")
    parser.set_defaults(run=_run_prepare)


def _add_finetune(parser: argparse.ArgumentParser) -> None:
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
        type=Path,
        help="a local transformers folder to go on from (default: from scratch)",
    )
    size = parser.add_argument_group("size, from scratch")
    size.add_argument("--layers", type=int, default=6)
    size.add_argument("--heads", type=int, default=5)
    size.add_argument("--width", type=int, default=320)
    size.add_argument("--context", type=int, default=1024)
    how = parser.add_argument_group("how")
    how.add_argument("--batch", type=int, default=8, help="rows of one context each in a pass")
    how.add_argument("--accumulate", type=int, default=1, help="passes in a step")
    how.add_argument("--learning-rate", type=float, default=3e-3)
    how.add_argument("--weight-decay", type=float, default=0.1)
    how.add_argument("--warm-up", type=float, default=0.02, help="share of the budget")
    how.add_argument("--short-window", type=int, default=256, help="attention's window at first")
    how.add_argument("--short-until", type=float, default=0.7, help="share of the budget")
    how.add_argument("--evaluate-every", type=float, default=10.0, help="minutes")
    how.add_argument("--evaluation-rows", type=int, default=32, help="held-out rows each time")
    how.add_argument("--save-every", type=float, default=4.0, help="minutes")
    how.add_argument("--log-every", type=int, default=20, help="steps")
    how.add_argument("--threads", type=int, help="of the processor (default: PyTorch's choice)")
    how.add_argument(
        "--compile", action="store_true", help="compile the layers (needs a C++ compiler)"
    )
    how.add_argument("--seed", type=int, default=1)
    parser.set_defaults(run=_run_finetune)


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Export a checkpoint to ONNX and check that against PyTorch; round its weights to 4 and 8 "
        "bits, measure original and result on held-out text, and write the bundle. OUT is replaced "
        "only when all is well. Needs a C compiler: what is measured are the kernels that serve."
    )
    parser.add_argument("--checkpoint", type=Path, required=True, help="as RUN/best")
    parser.add_argument("--data", type=Path, required=True, help="the folder it was trained on")
    parser.add_argument("--out", type=Path, required=True, help="the bundle's folder")
    parser.add_argument("--name", default="art-criticism", help="how pages call the model")
    parser.add_argument(
        "--base-model", default="none (trained from scratch)", help="what the training began from"
    )
    parser.add_argument("--license-weights", default="not stated", help="terms of the weights")
    parser.add_argument("--license-corpus", default="not stated", help="terms of the corpus")
    parser.add_argument(
        "--bits",
        choices=("mixed", "4", "8"),
        default="mixed",
        help="of a weight; mixed: 4, and 8 where 4 lose too much (default)",
    )
    parser.add_argument(
        "--most-loss",
        type=float,
        default=0.01,
        help="share by which the held-out perplexity may rise (default 0.01)",
    )
    parser.add_argument(
        "--held-out-rows", type=int, help="measure on so many contexts only (default: all)"
    )
    parser.set_defaults(run=_run_export)


def _add_examples(parser: argparse.ArgumentParser) -> None:
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
    parser.set_defaults(run=_run_examples)


def _run_prepare(options: argparse.Namespace) -> None:
    from training.prepare import PrepareSettings, prepare  # noqa: PLC0415 - only what it needs

    settings = PrepareSettings(
        vocabulary=options.vocabulary,
        tokenizer=options.tokenizer,
        held_out_share=options.held_out,
        seed=options.seed,
    )
    manifest = prepare(options.books, options.books_table, options.out, settings)
    for name, part in (("train", manifest.train), ("held out", manifest.held_out)):
        print(
            f"{name}: {len(part.books)} books, {part.documents} documents, {part.words} words, "
            f"{part.tokens} tokens"
        )


def _run_finetune(options: argparse.Namespace) -> None:
    from training.finetune import finetune  # noqa: PLC0415 - torch is slow
    from training.settings import FinetuneSettings, Size  # noqa: PLC0415 - beside its user

    size = Size(options.layers, options.heads, options.width, options.context)
    names = [field.name for field in fields(FinetuneSettings) if field.name != "size"]
    settings = FinetuneSettings(size=size, **{name: getattr(options, name) for name in names})
    print(finetune(options.data, options.out, settings))


def _run_export(options: argparse.Namespace) -> None:
    _find_domain()
    from training.bundle import Naming  # noqa: PLC0415 - torch is slow
    from training.export import ExportSettings, export  # noqa: PLC0415 - torch is slow

    naming = Naming(
        options.name, options.base_model, options.license_weights, options.license_corpus
    )
    settings = ExportSettings(options.bits, options.most_loss, options.held_out_rows)
    print(export(options.checkpoint, options.data, options.out, naming, settings))


def _run_examples(options: argparse.Namespace) -> None:
    _find_domain()
    from training.examples import write_examples  # noqa: PLC0415 - after the path

    write_examples(options.bundle, options.out)
    print(f"wrote {options.out}")


def _find_domain() -> None:
    """Add the domain to the path, as AWS does with a layer: the engine stands on it."""
    sys.path.append(str(_ROOT / "layers" / "shared" / "python"))


if __name__ == "__main__":
    sys.exit(main())
