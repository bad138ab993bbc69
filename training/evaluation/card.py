"""The model card, written from the report: not one of its figures is typed."""

from functools import partial
from pathlib import Path

from training.beginning import FROM_SCRATCH
from training.evaluation.aims import aims_of
from training.evaluation.explained import EXPLAINED
from training.evaluation.figures import COMPARED_WORDS
from training.evaluation.findings import findings_of, gaps_of
from training.evaluation.groups import MODEL
from training.evaluation.measures import WINDOW
from training.evaluation.origin import commands_of, kinds_of, works_of
from training.evaluation.page import curves_chart, heading
from training.evaluation.report import Report, Shown, write_report
from training.evaluation.sameness import sameness_of
from training.evaluation.templating import markdown_templates
from training.evaluation.token_runs import LENGTH
from training.whole_file import writable, write_whole

CARD = "model-card.md"
FOLDER = "model"
REPORT = "report.json"
PICTURE = "loss.svg"

_EXAMPLES = (3, 7, 10)
"""Eccentricities of which the card shows a text; where the report has none of them, the first."""


def write_card(report: Report, docs: Path) -> list[Path]:
    """Write the card, the report that it is made from, and the picture of the run if there is one.

    Returns what was written: `docs/model-card.md`, `docs/model/report.json`, `docs/model/loss.svg`.
    Raises StorageError.
    """
    folder = docs / FOLDER
    write_report(report, folder / REPORT)
    write_whole(docs / CARD, card_of(report))
    picture = folder / PICTURE
    if report.curves is None:
        with writable(picture):
            picture.unlink(missing_ok=True)
        return [docs / CARD, folder / REPORT]
    write_whole(picture, f"{curves_chart(report.curves, is_alone=True)}\n")
    return [docs / CARD, folder / REPORT, picture]


def card_of(report: Report) -> str:
    """Return the card as Markdown."""
    return (
        markdown_templates()
        .get_template("model-card.md")
        .render(
            report=report,
            findings=findings_of(report),
            gaps=gaps_of(report.perplexities),
            explained=EXPLAINED,
            aims=[*aims_of(report)],
            heading=heading,
            kinds=kinds_of(report.train, is_adopted=not report.model.unseen),
            held_out_kinds=kinds_of(report.held_out, is_adopted=not report.model.unseen),
            works_of=partial(works_of, is_adopted=not report.model.unseen),
            commands=[*commands_of(report)],
            began_from=None if report.model.base_model == FROM_SCRATCH else report.model.base_model,
            examples=_examples(report),
            sameness=sameness_of(report.figures),
            compared_words=COMPARED_WORDS,
            window=WINDOW,
            run_length=LENGTH,
            report_file=f"{FOLDER}/{REPORT}",
            picture_file=f"{FOLDER}/{PICTURE}",
        )
    )


def _examples(report: Report) -> list[Shown]:
    """Return the first text of some eccentricities."""
    first: dict[int, Shown] = {}
    for shown in report.shown:
        if shown.group.source == MODEL and shown.group.eccentricity is not None:
            first.setdefault(shown.group.eccentricity, shown)
    chosen = [first[eccentricity] for eccentricity in _EXAMPLES if eccentricity in first]
    return chosen or [*first.values()][:1]
