"""The links of a mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artreview.errors import TokenForged
from artreview.links import (
    CONFIRM,
    LEAVE,
    check_delete_token,
    confirm_path,
    delete_path,
    leave_path,
    who_confirms,
    who_leaves,
)
from artreview.tokens import sign
from tests.aws import KEYS
from tests.samples import NOW, REVIEW_ID

SOMEBODY = bytes(range(16))
OTHER_ID = "fedcba9876543210"


def token_of(path: str) -> str:
    """Return the token in a link."""
    return path.partition("?token=")[2]


def test_a_link_opens_what_it_was_made_for() -> None:
    """And says where that is."""
    path = delete_path(REVIEW_ID, KEYS)
    assert path.startswith(f"/r/{REVIEW_ID}/delete?token=")
    check_delete_token(REVIEW_ID, token_of(path), KEYS)
    path = confirm_path(SOMEBODY, NOW + 0.5, KEYS)
    assert path.startswith("/subscription/confirm?token=")
    assert who_confirms(token_of(path), KEYS) == (SOMEBODY, NOW)
    path = leave_path(SOMEBODY, KEYS)
    assert path.startswith("/subscription/leave?token=")
    assert who_leaves(token_of(path), KEYS) == SOMEBODY


def test_a_link_opens_nothing_else() -> None:
    """Not another review, and not another page."""
    with pytest.raises(TokenForged):
        check_delete_token(OTHER_ID, token_of(delete_path(REVIEW_ID, KEYS)), KEYS)
    to_confirm = token_of(confirm_path(SOMEBODY, NOW, KEYS))
    to_leave = token_of(leave_path(SOMEBODY, KEYS))
    with pytest.raises(TokenForged):
        who_leaves(to_confirm, KEYS)
    with pytest.raises(TokenForged):
        who_confirms(to_leave, KEYS)
    for token in (to_confirm, to_leave):
        with pytest.raises(TokenForged):
            check_delete_token(REVIEW_ID, token, KEYS)


def test_a_new_key_leaves_old_links_good() -> None:
    """As long as the old one is in the list."""
    old = token_of(delete_path(REVIEW_ID, KEYS[1:]))
    check_delete_token(REVIEW_ID, old, KEYS)
    with pytest.raises(TokenForged):
        check_delete_token(REVIEW_ID, old, KEYS[:1])


def test_an_id_of_another_length_is_none() -> None:
    """Even where we had signed it."""
    with pytest.raises(TokenForged):
        who_leaves(sign(LEAVE, b"short", KEYS), KEYS)
    with pytest.raises(TokenForged):
        who_confirms(sign(CONFIRM, SOMEBODY, KEYS), KEYS)


@given(st.text(max_size=600), st.text(max_size=40))
def test_whatever_comes_as_a_token_is_refused(token: str, review_id: str) -> None:
    """By name, and never with another error."""
    with pytest.raises(TokenForged):
        check_delete_token(review_id, token, KEYS)
    for read in (who_confirms, who_leaves):
        with pytest.raises(TokenForged):
            read(token, KEYS)


@given(st.integers(min_value=0, max_value=42), st.sampled_from("ABCXYZabcxyz0189-_"))
def test_every_changed_character_is_noticed(place: int, character: str) -> None:
    """A link that was copied with a mistake opens nothing."""
    token = token_of(delete_path(REVIEW_ID, KEYS))
    assert len(token) == 43
    changed = token[:place] + character + token[place + 1 :]
    if changed != token:
        with pytest.raises(TokenForged):
            check_delete_token(REVIEW_ID, changed, KEYS)
