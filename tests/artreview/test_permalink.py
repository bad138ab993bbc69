"""Ids that nobody can guess."""

from artreview.permalink import ALPHABET, is_permalink_id, permalink_id

KEY = bytes(32)


def test_the_same_nonce_is_the_same_review() -> None:
    """A form that is sent twice makes one review."""
    assert permalink_id(b"nonce", KEY) == permalink_id(b"nonce", KEY)


def test_ids_have_the_form_that_the_contract_names() -> None:
    """An id is 16 characters of Crockford's base 32, in lower case, all of them in use."""
    ids = [permalink_id(number.to_bytes(4, "big"), KEY) for number in range(500)]
    assert all(is_permalink_id(review_id) for review_id in ids)
    assert set("".join(ids)) == set(ALPHABET)
    assert len(set(ids)) == len(ids)


def test_without_the_key_an_id_cannot_be_computed() -> None:
    """Another key makes other ids of the same nonces."""
    assert permalink_id(b"nonce", KEY) != permalink_id(b"nonce", b"\1" * 32)


def test_what_is_no_id() -> None:
    """Wrong lengths, capitals and the letters that Crockford leaves out are no ids."""
    for text in ("", "0" * 15, "0" * 17, "0" * 15 + "u", "0" * 15 + "A", "0" * 15 + "/", "é" * 16):
        assert not is_permalink_id(text)
