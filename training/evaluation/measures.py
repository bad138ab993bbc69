"""Figures of texts: how much they repeat, how varied they are, how they end.

Pure functions. A text is given as its words, as `words_of` cuts them (no case, no punctuation), but
for the sentence's end, which needs the text itself. Figures over several texts depend on how much
text there is: compare only equally many texts of about the same length.
"""

import math
from collections import Counter, deque
from collections.abc import Iterator, Sequence

import numpy as np

from functions.generate.prose import whole_sentences
from training.errors import EvaluationError

Words = Sequence[str]
Run = tuple[str, ...]

LONGEST_RUN = 4
"""Of the words that BLEU looks at; also of those whose repetition is usually told."""

WINDOW = 128
RANKS = 1000

_UNSEEN = 0.1
"""Stands for a count of 0 in BLEU (`method1` of Chen and Cherry,
https://aclanthology.org/W14-3346, as Texygen uses it)."""


def repetition(words: Words, length: int = LONGEST_RUN) -> float:
    """Return the share of a text's runs of `length` words that came earlier in it, 0 to 1.

    seq-rep-n of Welleck et al. 2020 (https://arxiv.org/abs/1908.04319): one less
    distinct over all runs of n words. 0 for a text without such a run.
    """
    runs = [*_runs(words, length)]
    return 1 - len(set(runs)) / len(runs) if runs else 0.0


def returning(words: Words, window: int = WINDOW) -> float:
    """Return the share of words that are among the `window` words before them, 0 to 1.

    rep/l of Welleck et al. 2020 (https://arxiv.org/abs/1908.04319), over a text's own
    words. Where no run may come twice, a text that turns in circles still shows here: compare it
    with a text that does not. 0 for a text without words.
    """
    recent: deque[str] = deque()
    counts: Counter[str] = Counter()
    found = 0
    for word in words:
        found += counts[word] > 0
        recent.append(word)
        counts[word] += 1
        if len(recent) > window:
            counts[recent.popleft()] -= 1
    return found / len(words) if words else 0.0


def distinct(texts: Sequence[Words], length: int) -> float:
    """Return the distinct runs of `length` words of all texts over all their runs, 0 to 1.

    distinct-n of Li et al. 2016 (https://arxiv.org/abs/1510.03055); no run goes from
    one text to the next. 0 where there is no run.
    """
    runs = [run for words in texts for run in _runs(words, length)]
    return len(set(runs)) / len(runs) if runs else 0.0


def self_bleu(texts: Sequence[Words], longest: int = LONGEST_RUN) -> float:
    """Return how much the texts resemble each other, 0 to 1: the mean BLEU of each to all others.

    Zhu et al. 2018 (Texygen, https://arxiv.org/abs/1802.01886). BLEU (Papineni et al. 2002,
    https://aclanthology.org/P02-1040) takes runs of 1 to `longest` words with equal weight, the
    length of the reference that is closest (the shorter of two), and 0.1 for a count of 0; it is 0
    for a text that shares no word. Raises EvaluationError for fewer than two texts.
    """
    if len(texts) < 2:
        raise EvaluationError(f"self-BLEU compares texts: give at least 2, got {len(texts)}")
    logs = np.zeros(len(texts))  # (texts,): of the precisions' geometric mean
    for length in range(1, longest + 1):
        logs += np.array([*_log_precisions(texts, length)]) / longest
    penalties = [*_log_brevity([len(words) for words in texts])]
    return float(np.exp(logs + penalties).mean())


def share_ending_on_a_sentence(texts: Sequence[str]) -> float:
    """Return the share of texts that end where a sentence ends, 0 to 1; 0 where there is no text.

    A sentence's end is what `whole_sentences` of the engine takes for one.
    """
    ended = sum(whole_sentences(text.rstrip()) == text.rstrip() for text in texts)
    return ended / len(texts) if texts else 0.0


def zipf_exponent(texts: Sequence[Words], ranks: int = RANKS) -> float:
    """Return s where the word of rank r comes about as often as r to the power of -s.

    A line by least squares through the logarithms of rank and count of the `ranks` commonest words,
    as Holtzman et al. 2020 (https://arxiv.org/abs/1904.09751) fit it. People's prose
    is near 1; more means that fewer words do more of the work. 0 for less than two words.
    """
    counts = Counter(word for words in texts for word in words)
    highest = [count for _, count in counts.most_common(ranks)]
    if len(highest) < 2:
        return 0.0
    slope, _ = np.polyfit(np.log(np.arange(1, len(highest) + 1)), np.log(highest), 1)
    return -float(slope)


def _runs(words: Words, length: int) -> Iterator[Run]:
    """Yield every run of so many words, in order."""
    return zip(*(words[start:] for start in range(length)), strict=False)


def _log_precisions(texts: Sequence[Words], length: int) -> Iterator[float]:
    """Yield for each text the logarithm of its share of runs that some other text has too.

    A run counts at most as often as the other text that has it most often.
    """
    counts = [Counter(_runs(words, length)) for words in texts]
    # Run → its two highest counts, and the text of the first: what is highest without oneself.
    highest: dict[Run, tuple[int, int, int]] = {}
    for owner, own in enumerate(counts):
        for run, count in own.items():
            first, where, second = highest.get(run, (0, -1, 0))
            if count > first:
                highest[run] = (count, owner, first)
            elif count > second:
                highest[run] = (first, where, count)
    for owner, own in enumerate(counts):
        shared = 0
        for run, count in own.items():
            first, where, second = highest[run]
            shared += min(count, second if where == owner else first)
        if length == 1 and not shared:
            yield -math.inf
        else:
            yield math.log((shared or _UNSEEN) / max(own.total(), 1))


def _log_brevity(lengths: Sequence[int]) -> Iterator[float]:
    """Yield for each text the logarithm of BLEU's penalty for being shorter than the closest."""
    for owner, length in enumerate(lengths):
        others = (other for place, other in enumerate(lengths) if place != owner)
        closest = min(others, key=lambda other: (abs(other - length), other))
        yield min(0.0, 1 - closest / length) if length else -math.inf
