"""Signed tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artreview.errors import TokenExpired, TokenForged, TokenTooFresh
from artreview.tokens import (
    NONCE_BYTES,
    FormMark,
    form_mark,
    issue_form_token,
    sign,
    verified_payload,
)

OLD, NEW = b"o" * 32, b"n" * 32
NONCE = bytes(range(NONCE_BYTES))
HOUR = 3600.0


def test_a_form_token_brings_its_nonce_back() -> None:
    """A form that was open for a while is recognised."""
    token = issue_form_token(NONCE, 1000.0, [NEW])
    assert form_mark(token, 1000.0 + HOUR, [NEW]) == FormMark(NONCE, NEW)


@pytest.mark.parametrize(
    ("age", "error"),
    [
        (0.0, TokenTooFresh),
        (1.9, TokenTooFresh),
        (-5.0, TokenTooFresh),
        (12 * HOUR + 1, TokenExpired),
    ],
)
def test_a_form_is_good_from_two_seconds_to_twelve_hours(
    age: float, error: type[Exception]
) -> None:
    """Outside that time the form has to be sent again."""
    token = issue_form_token(NONCE, 1000.0, [NEW])
    with pytest.raises(error):
        form_mark(token, 1000.0 + age, [NEW])


@pytest.mark.parametrize("age", [2.0, 12 * HOUR])
def test_the_bounds_themselves_are_good(age: float) -> None:
    """Two seconds and twelve hours are inside."""
    assert form_mark(issue_form_token(NONCE, 0.0, [NEW]), age, [NEW]) == FormMark(NONCE, NEW)


def test_an_old_key_still_verifies_and_a_foreign_one_does_not() -> None:
    """Keys are replaced without breaking what is out there."""
    token = sign("delete", b"payload", [OLD])
    assert verified_payload("delete", token, [NEW, OLD]) == (b"payload", OLD)
    with pytest.raises(TokenForged):
        verified_payload("delete", token, [NEW])


def test_a_token_for_one_purpose_is_no_good_for_another() -> None:
    """The purpose is part of the signature."""
    with pytest.raises(TokenForged):
        verified_payload("form", sign("delete", b"payload", [NEW]), [NEW])


@pytest.mark.parametrize("token", ["", "x", "é", "!!!!", "A" * 20_000, "\0", "AAAA", "=" * 9])
def test_rubbish_is_forged(token: str) -> None:
    """Whatever is sent as a token is refused by name, never with another error."""
    with pytest.raises(TokenForged):
        form_mark(token, 0.0, [NEW])


@given(st.text(max_size=600))
def test_no_text_is_a_token(text: str) -> None:
    """Whatever is made up is refused by name, never with another error."""
    with pytest.raises(TokenForged):
        form_mark(text, 0.0, [NEW])
    with pytest.raises(TokenForged):
        verified_payload("delete", text, [NEW, OLD])


@given(st.binary(max_size=200), st.sampled_from([[NEW], [NEW, OLD], [OLD, NEW]]))
def test_what_was_signed_comes_back(payload: bytes, keys: list[bytes]) -> None:
    """Any payload, under the first key."""
    assert verified_payload("delete", sign("delete", payload, keys), keys) == (payload, keys[0])


def test_every_changed_character_is_noticed() -> None:
    """No character of a token can be changed to another one."""
    token = issue_form_token(NONCE, 1000.0, [NEW])
    for place, character in enumerate(token):
        changed = token[:place] + ("A" if character != "A" else "B") + token[place + 1 :]
        with pytest.raises(TokenForged):
            form_mark(changed, 1010.0, [NEW])
