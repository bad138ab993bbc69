"""What a model was made of and how, in the words of its own corpus."""

from collections.abc import Iterator

from training.beginning import FROM_SCRATCH
from training.evaluation.report import CorpusFacts, Report


def kinds_of(part: CorpusFacts, *, is_adopted: bool = False) -> str:
    """Return what a part of the corpus consists of: books, reviews, both; else documents.

    `adopt` prepares each text that a model from elsewhere learned as if it were a book.
    """
    present = {"texts" if is_adopted else "books": part.books, "reviews": part.reviews}
    return " and ".join(kind for kind, found in present.items() if found) or "documents"


def works_of(part: CorpusFacts, *, is_adopted: bool = False) -> str:
    """Return the same with their numbers, as `104 books and 1,200 reviews`."""
    numbers = {"text" if is_adopted else "book": len(part.books), "review": part.reviews}
    told = [
        f"{number:,} {kind}{'' if number == 1 else 's'}"
        for kind, number in numbers.items()
        if number
    ]
    return " and ".join(told) or f"{part.documents:,} documents"


def commands_of(report: Report) -> Iterator[str]:
    """Yield the commands that make a model of this kind; what is in capitals is the maker's."""
    began = report.model.base_model != FROM_SCRATCH
    bundle = "--bundle functions/generate/model"
    name = "--name NAME"
    if report.model.unseen:
        tokenizer, source, base = (
            (" --tokenizer MODEL", " --from MODEL", " --base-model MODEL") if began else ("",) * 3
        )
        yield f"prepare {_sources(report.train)} --leaks drop{tokenizer} --out PREPARED"
        yield f"finetune{source} --data PREPARED --out RUN --minutes MINUTES"
        yield (
            f"export --checkpoint RUN/best --data PREPARED --out functions/generate/model {name}"
            f"{base}"
        )
        data = "PREPARED"
    else:
        yield (
            f"adopt --checkpoint CHECKPOINT --corpus CORPUS --work ADOPTED "
            f"--out functions/generate/model {name}"
        )
        data = "ADOPTED/prepared"
    yield f"evaluate {bundle} --data {data} --out EVALUATION --samples {report.settings.samples}"
    yield "card --report EVALUATION/report.json"


def _sources(train: CorpusFacts) -> str:
    """Return the options of `prepare` for the corpus; a corpus without books is of reviews."""
    books = "--books BOOKS --books-table BOOKS.csv"
    reviews = "--reviews REVIEWS.csv"
    if not train.books:
        return reviews
    return f"{books} {reviews}" if train.reviews else books
