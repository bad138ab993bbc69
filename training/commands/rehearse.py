"""`rehearse`: the whole way from text to a measured bundle, on a small slice, in minutes."""

import argparse
from pathlib import Path

HELP = "the whole way on a small slice, in minutes"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    parser.description = (
        "Run prepare, finetune, export, evaluate and card one after another on a small slice of "
        "a corpus, and show each command before it runs: to see that all works here, and what a "
        "real run would be given. The model is far too small and too young to be read. Without "
        "a corpus, the bundle that ships writes the slice itself. Needs a C compiler."
    )
    parser.add_argument(
        "--corpus",
        type=Path,
        help="reviews in .csv or .jsonl, or a folder of .txt (or of books/ and books.csv)",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for all that is made anew")
    parser.add_argument(
        "--minutes", type=float, default=1.0, help="of training, the longest part (default 1)"
    )


def run(options: argparse.Namespace) -> None:
    """Do it."""
    from training.gathering import Sources  # noqa: PLC0415 - only what it needs
    from training.rehearsal import rehearse  # noqa: PLC0415 - torch is slow

    corpus: Path | None = options.corpus
    if corpus is None:
        sources = None
    elif corpus.is_dir():
        table = corpus / "books.csv"
        books = corpus / "books" if (corpus / "books").is_dir() else corpus
        sources = Sources(books=books, books_table=table if table.is_file() else None)
    else:
        sources = Sources(reviews=(corpus,))
    rehearse(sources, options.out, options.minutes, lambda line: print(line, flush=True))
