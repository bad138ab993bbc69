"""Each figure is what its definition says."""

import math
import random
from collections import Counter
from collections.abc import Sequence

import pytest

from training.errors import EvaluationError
from training.evaluation.measures import (
    distinct,
    repetition,
    returning,
    self_bleu,
    share_ending_on_a_sentence,
    zipf_exponent,
)

LOOP = ["a", "picture", "of", "a", "picture", "of", "a", "picture", "of", "a", "horse"]


def made_up_texts(count: int, vocabulary: int) -> list[list[str]]:
    """Return texts of different lengths of random words, always the same ones."""
    dice = random.Random(3)
    words = [f"w{number}" for number in range(vocabulary)]
    return [dice.choices(words, k=dice.randint(5, 40)) for _ in range(count)]


def runs_of(words: Sequence[str], length: int) -> list[tuple[str, ...]]:
    """Return every run of so many words."""
    return [tuple(words[at : at + length]) for at in range(len(words) - length + 1)]


def bleu(text: Sequence[str], references: Sequence[Sequence[str]], longest: int) -> float:
    """Return BLEU as its paper writes it down, one reference after another."""
    logs = 0.0
    for length in range(1, longest + 1):
        counts = Counter(runs_of(text, length))
        shared = sum(
            min(count, max(runs_of(other, length).count(run) for other in references))
            for run, count in counts.items()
        )
        if length == 1 and not shared:
            return 0.0
        logs += math.log((shared or 0.1) / max(1, sum(counts.values()))) / longest
    closest = min((len(other) for other in references), key=lambda n: (abs(n - len(text)), n))
    return math.exp(logs) * min(1.0, math.exp(1 - closest / len(text)))


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_repetition_is_the_share_of_runs_that_came_before(length: int) -> None:
    """Counted by hand: of each length there are four distinct runs, as three begin the loop."""
    assert repetition(LOOP, length) == pytest.approx(1 - 4 / (12 - length))


def test_a_text_without_a_run_repeats_nothing() -> None:
    """Short and empty texts have a figure too."""
    assert repetition([], 4) == repetition(["one", "word"], 4) == 0
    assert returning([]) == 0


def test_returning_looks_back_so_many_words_and_no_farther() -> None:
    """A word counts where it is among the words of the window before it."""
    words = ["a", "b", "c", "a"]
    assert returning(words, window=3) == 1 / 4
    assert returning(words, window=2) == 0
    assert returning(["a", "a", "b", "b", "a"], window=2) == 2 / 5


def test_distinct_counts_runs_over_all_texts_but_none_across_two() -> None:
    """The same run in two texts is one; the words at a border are no run."""
    texts = [["a", "b", "c"], ["a", "b", "d"]]
    assert distinct(texts, 1) == 4 / 6
    assert distinct(texts, 2) == 3 / 4
    assert distinct(texts, 3) == 1
    assert distinct(texts, 4) == distinct([], 1) == 0


@pytest.mark.parametrize("vocabulary", [3, 12, 60])
@pytest.mark.parametrize("longest", [2, 4])
def test_self_bleu_is_the_mean_of_bleu_to_all_others(vocabulary: int, longest: int) -> None:
    """The fast way gives what the definition gives, with much in common and with little."""
    texts = made_up_texts(9, vocabulary)
    expected = [bleu(text, texts[:n] + texts[n + 1 :], longest) for n, text in enumerate(texts)]
    assert self_bleu(texts, longest) == pytest.approx(sum(expected) / len(texts), rel=1e-12)


def test_self_bleu_of_the_same_is_one_and_of_strangers_nothing() -> None:
    """Its two ends; an empty text resembles none."""
    same = ["the", "light", "of", "the", "room"]
    assert self_bleu([same, same, same]) == pytest.approx(1)
    assert self_bleu([["one"] * 5, ["two"] * 5]) == 0
    assert self_bleu([[], []]) == 0


@pytest.mark.parametrize("texts", [[], [["alone"]]])
def test_self_bleu_needs_another_text(texts: list[list[str]]) -> None:
    """The error says how many there were."""
    with pytest.raises(EvaluationError, match=f"at least 2, got {len(texts)}"):
        self_bleu(texts)


def test_a_sentences_end_is_told_from_a_full_stop() -> None:
    """A title's full stop, a comma and an open sentence are no end; a quotation mark may follow."""
    texts = ["He came. ", "“He came.”", "He saw Mr.", "He came, and", "He came. He", ""]
    assert share_ending_on_a_sentence(texts) == pytest.approx(2 / 6)
    assert share_ending_on_a_sentence([]) == 0


@pytest.mark.parametrize("exponent", [0.7, 1.0, 1.4])
def test_zipfs_exponent_is_found_again(exponent: float) -> None:
    """Words that follow the law with a known exponent give it back."""
    counts = [round(20_000 / rank**exponent) for rank in range(1, 101)]
    texts = [[f"w{rank}"] * count for rank, count in enumerate(counts)]
    assert zipf_exponent(texts) == pytest.approx(exponent, abs=0.01)
    assert zipf_exponent([["one", "one"]]) == 0


def test_zipfs_exponent_looks_at_so_many_ranks() -> None:
    """What is rarer than the ranks asked for changes nothing."""
    texts = made_up_texts(20, 30)
    common = {word for word, _ in Counter(word for text in texts for word in text).most_common(10)}
    kept = [[word for word in text if word in common] for text in texts]
    assert zipf_exponent(texts, ranks=10) == zipf_exponent(kept, ranks=10)
