"""How far the index of a corpus can be believed is measured, and measured right."""

import random
from pathlib import Path

from functions.generate.originality.archive import Archive, longest_shared_run
from functions.generate.originality.words import words_of
from training.originality import corpus_of, share_found_too_long, write_index


def test_the_share_that_is_found_too_long_is_that_of_an_exact_search(tmp_path: Path) -> None:
    """With so few codes that many runs are too long, and with enough for none."""
    dice = random.Random(5)
    vocabulary = [f"word{number}" for number in range(400)]
    texts = [" ".join(dice.choices(vocabulary, k=80)) for _ in range(8)]
    others = [" ".join(dice.choices(vocabulary, k=30)) for _ in range(40)]
    corpus = corpus_of(texts)
    write_index(corpus, tmp_path / "narrow", bits=8)
    narrow = Archive(tmp_path / "narrow")
    wrong = 0
    for words in map(words_of, others):
        run = longest_shared_run(narrow, words)
        found = f" {' '.join(words[run.end - run.words : run.end])} "
        wrong += not any(found in f" {text} " for text in texts)
    assert 0 < wrong < len(others)
    assert share_found_too_long(narrow, corpus, others) == wrong / len(others)
    write_index(corpus, tmp_path / "wide", bits=12)
    assert share_found_too_long(Archive(tmp_path / "wide"), corpus, others) == 0
