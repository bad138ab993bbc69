"""From a prompt to a review, with the model that ships."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, pairwise, repeat

import numpy as np
import pytest
from tokenizers import Tokenizer

from functions.generate.author import Author, Commission, Draft, Wish
from functions.generate.bundle import Bundle
from functions.generate.engine import Engine
from functions.generate.network.fastest import fastest_network
from functions.generate.network.reading import Floats, Ids, Wanted

HORSE = Commission("A blue horse in the rain", 7, 42)
ROOM = Commission("The portraits in this small room", 7, 42)


class Clock:
    """Goes on by a second whenever it is looked at."""

    moment = 0.0

    def __call__(self) -> float:
        """Return the time."""
        self.moment += 1
        return self.moment


@pytest.fixture(scope="module")
def clock() -> Clock:
    """Return the engine's clock: a step takes a second."""
    return Clock()


@pytest.fixture(scope="module")
def author(bundle: Bundle, clock: Clock) -> Author:
    """Return an author with the bundle that ships."""
    return Author(bundle, Engine(bundle, fastest_network(bundle, 1, 4), clock), 10)


def test_no_run_is_longer_than_the_limit(bundle: Bundle, author: Author) -> None:
    """A limit below what the model would share by itself is kept, and whole words come out."""
    author.begin(ROOM)
    (freely,) = author.drafts(wishes())
    strict = Author(bundle, Engine(bundle, fastest_network(bundle, 1, 1), Clock()), 4)
    strict.begin(ROOM)
    (steered,) = strict.drafts(wishes())
    assert (freely.shared_words or 0) > 4
    assert 0 < (steered.shared_words or 0) <= 4
    assert steered.text[-1] in ".!?\u2026'\")\u201d\u2019"


def wishes(*first: Wish, then: Wish = Wish.MORE) -> Callable[[int], Wish]:
    """Wish for these in turn, and for `then` after them."""
    line: Iterator[Wish] = chain(first, repeat(then))
    return lambda _: next(line)


def short_draft(author: Author, clock: Clock, commission: Commission) -> Draft:
    """Let the author write some twenty tokens."""
    author.begin(commission, deadline=clock.moment + 21)
    (draft,) = author.drafts(wishes())
    return draft


def test_a_review_begins_with_its_prompt_and_ends_with_a_sentence(author: Author) -> None:
    """The visitor's words come first, and nothing breaks off."""
    author.begin(ROOM)
    *looks, last = author.drafts(wishes())
    assert looks == []
    assert last.is_done
    assert last.text.startswith("The portraits in this small room")
    assert last.text[-1] in ".!?…'\")”’"
    assert "<|" not in last.text
    assert last.shared_words is not None
    assert 2 <= last.shared_words <= 10


@pytest.mark.parametrize("prompt", ["A horse", "The painter of room 5", "Mrs. Brown's hat is art"])
@pytest.mark.parametrize("seed", range(6))
def test_the_last_word_of_a_prompt_stays_as_it_was_typed(
    author: Author, clock: Clock, prompt: str, seed: int
) -> None:
    """No horse becomes a horseman, nor horse-drawn."""
    draft = short_draft(author, clock, Commission(prompt, 8, seed))
    following = draft.text.removeprefix(prompt)[:1]
    assert not following.isalnum()
    assert following != "-"


class Recital:
    """A network that says the same tokens whatever it reads, for one text."""

    places = 1

    def __init__(self, bundle: Bundle, tokens: list[int]) -> None:
        """Take the tokens that are to be written."""
        self._vocabulary = bundle.vocabulary
        self._rest = iter(tokens)

    def read(self, tokens: Ids, places: Ids, positions: Ids, wanted: Wanted) -> Floats:
        """Return logits (1, vocabulary) that leave no choice."""
        logits = np.full((1, self._vocabulary), -50, dtype=np.float32)
        logits[0, next(self._rest)] = 50
        return logits

    def close(self) -> None:
        """Have nothing to give back."""


def test_an_end_of_text_in_letters_ends_the_review(bundle: Bundle) -> None:
    """A fine-tune of gpt-2-simple has no token for it; the review is whole, and the mark gone."""
    plain = Tokenizer.from_file(str(bundle.tokenizer_file))
    plain.encode_special_tokens = True
    recited = plain.encode(" stood there. It is blue.<|endoftext|> Another text begins.").ids
    assert bundle.end_of_text_id not in recited
    author = Author(bundle, Engine(bundle, Recital(bundle, recited), Clock()), 10)
    author.begin(HORSE)
    (draft,) = author.drafts(wishes())
    assert draft.is_done
    assert draft.text == "A blue horse in the rain stood there. It is blue."
    assert author.free_places == 1


def test_looks_grow(author: Author, clock: Clock) -> None:
    """Each draft continues the one before by what its tokens tell, and the last one is the longest.

    A step whose token was taken back, for it would have gone on the prompt's last word, adds none.
    """
    author.begin(HORSE, deadline=clock.moment + 6)
    *looks, last = author.drafts(wishes(then=Wish.A_LOOK))
    assert len(looks) == 5
    assert looks[0].tokens in {0, 1}
    for earlier, later in pairwise(looks):
        assert later.tokens == earlier.tokens + 1
        assert later.text.startswith(earlier.text)
        assert later.text != earlier.text
    assert last.is_done
    assert last.tokens == last.target_tokens == looks[-1].tokens


def test_reviews_of_one_sitting_become_what_they_become_alone(author: Author, clock: Clock) -> None:
    """Each has its own number, its own looks and its own end."""
    deadline = clock.moment + 1000
    commissions = {author.begin(each, deadline): each for each in (HORSE, ROOM)}
    together = {draft.piece: draft.text for draft in author.drafts(wishes())}
    for piece, commission in commissions.items():
        author.begin(commission, clock.moment + 1000)
        (alone,) = author.drafts(wishes())
        assert together[piece] == alone.text


def test_what_nobody_wants_is_dropped(author: Author) -> None:
    """No draft of it comes, and its place is free at once."""
    author.begin(HORSE)
    assert author.free_places == 3
    assert list(author.drafts(wishes(Wish.MORE, Wish.NO_MORE))) == []
    assert author.free_places == 4


def test_a_caller_may_stop_at_any_time(author: Author) -> None:
    """What is not asked for is not written, and the author can be used again."""
    author.begin(HORSE)
    drafts = author.drafts(wishes(then=Wish.A_LOOK))
    next(drafts)
    drafts.close()  # type: ignore[attr-defined]
    assert author.free_places == 4


def test_no_time_at_all_is_a_short_text(author: Author) -> None:
    """A deadline that is past gives the prompt and an ellipsis, not an error."""
    author.begin(HORSE, deadline=-1.0)
    (draft,) = author.drafts(wishes())
    assert (draft.is_done, draft.tokens) == (True, 0)
    assert draft.text == "A blue horse in the rain…"


@pytest.mark.parametrize(
    "prompt",
    ["🐎🎨", "עברית ועוד", "中文" * 100, "e\u0301" * 120, "{{7*7}}", "<|endoftext|>", "🐎" * 255],
)
def test_any_prompt_is_written_on(author: Author, clock: Clock, prompt: str) -> None:
    """Emoji, other scripts, template marks and the longest prompts are words like others."""
    draft = short_draft(author, clock, Commission(prompt, 7, 42))
    assert draft.text.startswith(prompt)
    assert len(draft.text) > len(prompt)
    assert "\ufffd" not in draft.text


def test_bytes_that_are_no_character_are_left_out(author: Author) -> None:
    """In the middle as at the end: the model may begin a character and never end it."""
    first_byte = author._tokenizer.token_to_id("ð")  # F0, which three others have to follow
    words = author._tokenizer.encode(" a blue horse").ids
    assert author._text("See", [first_byte, *words, first_byte]) == "See a blue horse"


def test_bytes_that_are_no_character_join_no_words(author: Author) -> None:
    """What was looked up as two words stays two; what the visitor typed stays as it is."""
    first_byte = author._tokenizer.token_to_id("ð")
    blu, horse = (author._tokenizer.encode(text).ids for text in (" blu", "horse"))
    assert author._text("A", [*blu, first_byte, first_byte, *horse]) == "A blu horse"
    assert author._text("A blue", [first_byte, *horse]) == "A blue horse"
    assert author._text("A\ufffdb\ufffd", [first_byte, *horse]) == "A\ufffdb\ufffdhorse"


def test_a_prompt_cannot_speak_to_the_model(author: Author, bundle: Bundle) -> None:
    """The mark between texts, typed by a visitor, is mere text."""
    request = author._request(Commission("<|endoftext|>", 7, 42))
    assert list(request.prompt).count(bundle.end_of_text_id) == 1


def test_a_decade_steers_and_is_not_shown(author: Author, clock: Clock, bundle: Bundle) -> None:
    """The voice is asked for on a line that the reader never sees."""
    decade = bundle.decades[0]
    plain, steered = (
        short_draft(author, clock, replace(HORSE, decade=chosen)).text for chosen in ("", decade)
    )
    assert plain != steered
    assert not steered.startswith(decade)
