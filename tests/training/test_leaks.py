"""Held-out text that is in the training part is found; a shared quotation is not a leak."""

import pytest

from tests.training.books import made_up_review
from training.corpus import Document
from training.leaks import find_leaks


def _document(text: str, name: str = "held out") -> Document:
    return Document(text, None, name)


def _text(number: int, words: int = 500) -> str:
    return "\n".join(made_up_review(number, words))


TRAIN = [_document(_text(number), f"train {number}") for number in range(20)]


def test_a_copy_is_found_with_its_original() -> None:
    """A copy shares all of its words, and the leak tells with whom."""
    held_out = [_document(_text(100)), _document(_text(7))]
    (leak,) = find_leaks(TRAIN, held_out)
    assert leak.held_out is held_out[1]
    assert leak.train.work == "train 7"
    assert leak.share == 1.0


def test_a_copy_with_other_punctuation_is_found() -> None:
    """Capitals, line ends and punctuation are no difference."""
    changed = _text(3).upper().replace(" ", ", ").replace("\n", " — ")
    assert find_leaks(TRAIN, [_document(changed)])[0].share == 1.0


def test_a_copy_with_changed_words_is_found() -> None:
    """One word in thirty is another: still a near copy."""
    words = _text(3).split()
    words[::30] = ["other"] * len(words[::30])
    (leak,) = find_leaks(TRAIN, [_document(" ".join(words))])
    assert 0.9 < leak.share < 1.0


@pytest.mark.parametrize(("shared", "leaks"), [(240, 0), (260, 1)])
def test_half_a_document_is_the_border(shared: int, leaks: int) -> None:
    """A long quotation stays; a document mostly of known text does not."""
    mixed = [*_text(5).split()[:shared], *_text(200).split()[: 500 - shared]]
    assert len(find_leaks(TRAIN, [_document(" ".join(mixed))])) == leaks


def test_text_put_together_from_many_is_found() -> None:
    """It does not matter how many training documents the words come from."""
    pieces = [word for number in range(10) for word in _text(number).split()[100:150]]
    (leak,) = find_leaks(TRAIN, [_document(" ".join(pieces))])
    assert leak.share == 1.0


def test_a_text_twice_in_the_held_out_part_leaks_twice() -> None:
    """Each held-out document is judged alone."""
    copies = [_document(_text(2), "a"), _document(_text(2), "b")]
    assert [leak.held_out.work for leak in find_leaks(TRAIN, copies)] == ["a", "b"]


def test_texts_of_few_words_never_leak() -> None:
    """What is shorter than a run has none."""
    assert find_leaks([_document("one two")], [_document("one two"), _document("")]) == []
