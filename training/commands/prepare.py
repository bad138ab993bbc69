"""`prepare`: reviews or books become token shards and a tokenizer."""

import argparse
from pathlib import Path

HELP = "reviews or books become token shards and a tokenizer"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    parser.description = (
        "Cut reviews, books or both into documents, hold some whole ones out, learn a tokenizer. "
        "Held-out text that is also in the training part is an error."
    )
    parser.add_argument(
        "--reviews",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="CSV with the column text (year too, if known) or JSON Lines, as `python -m scraper "
        "export` writes them; may be given again",
    )
    parser.add_argument(
        "--held-out-reviews",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="the same, never learned from (default: a share of --reviews, by their words' hash)",
    )
    parser.add_argument("--books", type=Path, metavar="FOLDER", help="UTF-8 texts, split as wholes")
    parser.add_argument(
        "--books-table",
        type=Path,
        metavar="FILE",
        help="CSV with the columns file and year (default: every .txt, the years unknown)",
    )
    parser.add_argument("--out", type=Path, required=True, help="the prepared folder to write")
    parser.add_argument("--vocabulary", type=int, default=8192, help="tokens (default 8192)")
    parser.add_argument(
        "--tokenizer",
        help="that of the model to go on from, instead of learning one: a name on the hub as "
        "openai-community/gpt2-medium, a folder, or a tokenizer.json",
    )
    parser.add_argument(
        "--held-out", type=float, default=0.05, help="share that is kept out (default 0.05)"
    )
    parser.add_argument(
        "--leaks",
        choices=("refuse", "drop"),
        default="refuse",
        help="what to do with held-out documents half of which is in the training part "
        "(default refuse)",
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed, another split")


def run(options: argparse.Namespace) -> None:
    """Do it."""
    from training.gathering import Sources  # noqa: PLC0415 - only what it needs
    from training.prepare import PrepareSettings, prepare_corpus  # noqa: PLC0415 - as above

    sources = Sources(
        books=options.books,
        books_table=options.books_table,
        reviews=tuple(options.reviews),
        held_out_reviews=tuple(options.held_out_reviews),
    )
    settings = PrepareSettings(
        vocabulary=options.vocabulary,
        tokenizer=options.tokenizer,
        held_out_share=options.held_out,
        drop_leaks=options.leaks == "drop",
        seed=options.seed,
    )
    manifest = prepare_corpus(sources, options.out, settings)
    for name, part in (("train", manifest.train), ("held out", manifest.held_out)):
        print(
            f"{name}: {len(part.books)} books, {part.reviews} reviews, {part.documents} documents, "
            f"{part.words} words, {part.tokens} tokens"
        )
    print(f"decades: {', '.join(manifest.decades) or 'none is known'}")
    if manifest.too_short:
        print(f"left out: {manifest.too_short} reviews of fewer than 100 words")
    if manifest.leaks_dropped:
        print(f"left out: {manifest.leaks_dropped} held-out documents that are in the train part")
