"""The loss behind the right decade is compared with that behind a wrong one, and none."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from training.evaluation.decades import Floats, decade_figures, difference
from training.evaluation.documents import documents_of
from training.prepared import Prepared, open_prepared

CONTEXT = 1024


@pytest.fixture(scope="module")
def prepared(prepared_folder: Path) -> Prepared:
    """Return the prepared corpus; its training part stands in as held-out text of many decades."""
    found = open_prepared(prepared_folder)
    return Prepared(found.folder, found.manifest, found.tokenizer, found.train, found.train)


class Reader:
    """Loses 2 nats on a token, 1 less behind the right decade, half a one more behind a wrong one.

    The first token behind the opening costs 10 more behind a wrong decade.
    """

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self.right = {
            document.text: document.decade for document in documents_of(prepared, prepared.held_out)
        }
        self.seen: list[tuple[str, str]] = []

    def __call__(self, tokens: Sequence[int]) -> Floats:
        """Return the losses of all tokens but the first."""
        assert tokens[0] == self.prepared.manifest.end_of_text_id
        text = self.prepared.tokenizer.decode(list(tokens[1:]))
        opening, _, rest = text.partition("\n")
        is_decade = opening[:-1].isdigit() and opening.endswith("0s")
        rest = rest if is_decade else text
        right = next(decade for known, decade in self.right.items() if known.startswith(rest))
        losses = np.full(len(tokens) - 1, 2.0)
        first = len(self.prepared.tokenizer.encode(f"{opening}\n").ids) if is_decade else 0
        losses[:first] = 1000.0  # the line itself does not count
        self.seen.append((opening if is_decade else "", str(right)))
        if is_decade:
            losses[first:] += -1.0 if opening == right else 0.5
            losses[first] += 0.0 if opening == right else 10.0
        return losses


def test_only_what_follows_the_line_counts(prepared: Prepared) -> None:
    """With known losses the differences are those, and the line's own loss is left out."""
    reader = Reader(prepared)
    decades = sorted({decade for decade in reader.right.values() if decade})
    figures = decade_figures(prepared, decades, reader, CONTEXT, most=1000)
    assert figures is not None
    with_decade = [decade for decade in reader.right.values() if decade]
    assert figures.documents == len(with_decade)
    whole, beginning = figures.stretches
    assert (whole.right, whole.none) == (1.0, 2.0)
    assert whole.none_over_right.mean == 1.0
    assert whole.wrong > 2.5
    assert beginning.wrong_over_right.mean == pytest.approx(1.5 + 10 / 100)
    assert [found.decade for found in figures.by_decade] == decades
    assert sum(found.documents for found in figures.by_decade) == figures.documents
    for number, (opening, right) in enumerate(reader.seen):
        assert opening in (decades, decades, [""])[number % 3]
        assert (opening == right) == (number % 3 == 0)


def test_the_wrong_decades_are_the_same_each_time(prepared: Prepared) -> None:
    """Nothing is left to chance but what is drawn by a fixed seed."""
    first, second = Reader(prepared), Reader(prepared)
    for reader in (first, second):
        decade_figures(prepared, ["1880s", "1890s", "1900s"], reader, CONTEXT, most=3)
    assert first.seen == second.seen
    assert len(first.seen) == 9


def test_a_long_document_is_cut_alike(prepared: Prepared) -> None:
    """In a small context the same tokens are compared behind each opening."""
    reader = Reader(prepared)
    figures = decade_figures(prepared, ["1880s", "1890s"], reader, context=40, most=5)
    assert figures is not None
    assert figures.stretches[0].none_over_right.mean == 1.0


@pytest.mark.parametrize("decades", [[], ["1890s"], ["1700s", "1710s"]])
def test_where_there_is_nothing_to_compare_nothing_is_told(
    prepared: Prepared, decades: list[str]
) -> None:
    """No decades, only one, or none that the held-out text has."""
    assert decade_figures(prepared, decades, Reader(prepared), CONTEXT, most=5) is None


def test_the_interval_is_about_two_standard_errors() -> None:
    """And is at zero's side where all differences are alike."""
    dice = np.random.default_rng(5)
    lower = dice.normal(4.0, 1.0, 400)
    found = difference(lower + dice.normal(0.1, 0.2, 400), lower)
    assert found.mean == pytest.approx(0.1, abs=0.03)
    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.2 / 20, rel=0.15)
    same = difference(lower + 0.5, lower)
    assert (same.low, same.high) == pytest.approx((0.5, 0.5))
