"""`prepare`: books become token shards and a tokenizer."""

import argparse
from pathlib import Path

HELP = "books become token shards and a tokenizer"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
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


def run(options: argparse.Namespace) -> None:
    """Do it."""
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
