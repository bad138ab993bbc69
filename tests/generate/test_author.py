"""From a prompt to a review, with the model that ships."""

from dataclasses import replace
from itertools import pairwise

import pytest

from functions.generate.author import Author, Commission, Draft, Wish
from functions.generate.bundle import Bundle
from functions.generate.engine import Engine

HORSE = Commission("A blue horse in the rain", 7, 42)


@pytest.fixture(scope="module")
def author(bundle: Bundle, engine: Engine) -> Author:
    """Return an author with the bundle that ships."""
    return Author(bundle, engine)


def short_draft(author: Author, commission: Commission) -> Draft:
    """Let the author write some twenty tokens."""
    wishes = iter([Wish.MORE] * 20 + [Wish.AN_END])
    (draft,) = author.drafts(commission, lambda: next(wishes))
    return draft


def test_a_review_begins_with_its_prompt_and_ends_with_a_sentence(author: Author) -> None:
    """The visitor's words come first, and nothing breaks off."""
    commission = Commission("The portraits in this small room", 7, 42)
    *looks, last = author.drafts(commission, lambda: Wish.MORE)
    assert looks == []
    assert last.is_done
    assert last.text.startswith("The portraits in this small room")
    assert last.text[-1] in ".!?…'\")"
    assert "<|" not in last.text


def test_looks_grow(author: Author) -> None:
    """Each draft continues the one before, and says how far it is."""
    wishes = iter([Wish.A_LOOK] * 5 + [Wish.AN_END])
    *looks, last = author.drafts(HORSE, lambda: next(wishes))
    assert [look.tokens for look in looks] == [1, 2, 3, 4, 5]
    for earlier, later in pairwise(looks):
        assert later.text.startswith(earlier.text)
    assert last.is_done
    assert last.tokens == last.target_tokens == 6


@pytest.mark.parametrize(
    "prompt",
    ["🐎🎨", "עברית ועוד", "中文" * 100, "e\u0301" * 120, "{{7*7}}", "<|endoftext|>", "🐎" * 255],
)
def test_any_prompt_is_written_on(author: Author, prompt: str) -> None:
    """Emoji, other scripts, template marks and the longest prompts are words like others."""
    draft = short_draft(author, Commission(prompt, 7, 42))
    assert draft.text.startswith(prompt)
    assert len(draft.text) > len(prompt)
    assert "\ufffd" not in draft.text


def test_a_prompt_cannot_speak_to_the_model(author: Author, bundle: Bundle) -> None:
    """The mark between texts, typed by a visitor, is mere text."""
    request = author._request(Commission("<|endoftext|>", 7, 42))
    assert list(request.prompt).count(bundle.end_of_text_id) == 1


def test_a_decade_steers_and_is_not_shown(author: Author, bundle: Bundle) -> None:
    """The voice is asked for on a line that the reader never sees."""
    decade = bundle.decades[0]
    plain, steered = (
        short_draft(author, replace(HORSE, decade=chosen)).text for chosen in ("", decade)
    )
    assert plain != steered
    assert not steered.startswith(decade)
