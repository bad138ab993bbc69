"""A text is led away from the corpus while it is being written."""

import pytest
from tokenizers import Tokenizer

from functions.generate.originality.archive import Archive
from functions.generate.originality.steering import Steering
from training.originality import corpus_of, write_index
from training.tokenizer import END_OF_TEXT, learn_tokenizer

CORPUS = [
    "The painter's room is full of a cold light that nobody has painted before him.",
    "A sculptor of some fame, who has never been in the room, calls it empty.",
]
MOST = 4


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """Return a tokenizer that cuts most words into pieces."""
    return learn_tokenizer(CORPUS, 300)


@pytest.fixture(scope="module")
def steering(tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> Steering:
    """Return one that allows four words in a row."""
    path = tmp_path_factory.mktemp("steering") / "originality.bin"
    write_index(corpus_of(CORPUS), path)
    end_of_text = tokenizer.token_to_id(END_OF_TEXT)
    return Steering(Archive(path), tokenizer, end_of_text, MOST)


def first_objection(steering: Steering, tokens: list[int]) -> tuple[int, int] | None:
    """Return how many tokens there were at the first objection, and how many have to go."""
    for count in range(1, len(tokens) + 1):
        if excess := steering.objection(tokens[:count]):
            return count, excess
    return None


def test_the_word_that_is_one_too_many_has_to_go(steering: Steering, tokenizer: Tokenizer) -> None:
    """`room is full of` may stand; `a` may not, nor the token that ended it."""
    ids = tokenizer.encode("We saw that the room is full of a cold light that nobody").ids
    count, excess = first_objection(steering, ids) or (0, 0)
    assert tokenizer.decode(ids[: count - excess]).strip() == "We saw that the room is full of"
    assert tokenizer.decode(ids[count - excess : count]).strip().startswith("a")


def test_a_possessive_is_one_word(steering: Steering, tokenizer: Tokenizer) -> None:
    """It is judged when it is complete, and begins where its last piece begins."""
    ids = tokenizer.encode("This painter's room is full of a").ids
    count, excess = first_objection(steering, ids) or (0, 0)
    assert tokenizer.decode(ids[: count - excess]).strip() == "This painter's room is full"


def test_nothing_is_said_against_words_of_its_own(steering: Steering, tokenizer: Tokenizer) -> None:
    """However many of them the corpus knows."""
    ids = tokenizer.encode("A cold room, a painter of light, empty fame, nobody before.").ids
    assert first_objection(steering, ids) is None


def test_a_last_word_is_judged_at_the_end_of_the_text(
    steering: Steering, tokenizer: Tokenizer
) -> None:
    """There is no token behind it but the end."""
    ids = tokenizer.encode("who has never been in").ids
    assert first_objection(steering, ids) is None
    assert steering.objection([*ids, tokenizer.token_to_id(END_OF_TEXT)]) >= 2
