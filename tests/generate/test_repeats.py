"""What a text has used so far."""

from hypothesis import given
from hypothesis import strategies as st

from functions.generate.repeats import Repeats, UsedTokens


@given(st.lists(st.integers(0, 299), max_size=400))
def test_used_tokens_are_each_told_once(text: list[int]) -> None:
    """However many there are; in whatever order."""
    used = UsedTokens(300, 0)
    for token in text:
        used.add(token)
    assert sorted(used.ids().tolist()) == sorted(set(text))


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(1, 20))
def test_what_was_used_long_ago_is_used_no_more(text: list[int], stretch: int) -> None:
    """Those of the last stretch, and no others, after every token."""
    used = UsedTokens(10, stretch)
    for count, token in enumerate(text, start=1):
        used.add(token)
        assert sorted(used.ids().tolist()) == sorted(set(text[max(0, count - stretch) : count]))


@given(st.lists(st.integers(0, 3), max_size=30), st.integers(1, 5))
def test_what_would_repeat_a_run_is_known(text: list[int], length: int) -> None:
    """Exactly the tokens that ended the same run before, by brute force."""
    repeats = Repeats(length)
    for token in text:
        repeats.add(token)
    runs = {tuple(text[start : start + length]) for start in range(len(text) - length + 1)}
    tail = text[len(text) - length + 1 :]
    expected = [token for token in range(4) if (*tail, token) in runs]
    assert repeats.next() == (expected if len(text) >= length - 1 else [])


def test_without_a_length_everything_may_repeat() -> None:
    """The rule can be switched off."""
    repeats = Repeats(0)
    for token in [1, 1, 1]:
        repeats.add(token)
    assert repeats.next() == []
