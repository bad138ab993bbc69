"""Signed tokens: what we hand out in a form and recognise when it comes back.

A token is `payload || mac` in URL-safe base 64, where the mac is keyed BLAKE2b (RFC 7693) over the
payload, with the token's purpose as its personalisation, so that a token for one purpose is no good
for another. Checks run in constant time. Several keys may be good at once: the first one signs, all
of them verify, so a key can be replaced without breaking what is out there.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from hmac import compare_digest

from artreview.errors import TokenExpired, TokenForged, TokenTooFresh
from artreview.limits import FORM_AGE_MAX_SECONDS, FORM_AGE_MIN_SECONDS

NONCE_BYTES = 16
_MAC_BYTES = 16
_TIME_BYTES = 8
_LONGEST_TOKEN = 512


def sign(purpose: str, payload: bytes, keys: Sequence[bytes]) -> str:
    """Return a token that carries the payload, signed for this purpose (at most 16 bytes)."""
    mac = _mac(purpose, payload, keys[0])
    return _encoded(payload + mac)


def verified_payload(purpose: str, token: str, keys: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the payload of a token that one of the keys signed for this purpose, and that key.

    Raises TokenForged for anything else.
    """
    if len(token) > _LONGEST_TOKEN or not token.isascii():
        raise TokenForged(f"a token of {len(token)} characters is none of ours")
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError) as error:
        raise TokenForged("the token is not base 64") from error
    if _encoded(raw) != token:  # one token has one spelling
        raise TokenForged("the token is not base 64 as we write it")
    payload, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    signers = [key for key in keys if compare_digest(mac, _mac(purpose, payload, key))]
    if not signers:
        raise TokenForged(f"the token's signature for {purpose!r} does not match")
    return payload, signers[0]


def issue_form_token(nonce: bytes, issued_at: float, keys: Sequence[bytes]) -> str:
    """Return the hidden field of a form: its nonce and the second at which it was issued."""
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"a nonce has {NONCE_BYTES} bytes, got {len(nonce)}")
    return sign("form", nonce + int(issued_at * 1000).to_bytes(_TIME_BYTES, "big"), keys)


@dataclass(frozen=True, slots=True)
class FormMark:
    """What tells one form from all others: its nonce, and the key of that time.

    The key belongs to it so that a form that is sent again after a change of keys is still the
    same form.
    """

    nonce: bytes
    key: bytes


def form_mark(token: str, now: float, keys: Sequence[bytes]) -> FormMark:
    """Return the mark of a form token that is neither too fresh nor too old at time `now`.

    Raises TokenForged, TokenTooFresh or TokenExpired.
    """
    payload, key = verified_payload("form", token, keys)
    if len(payload) != NONCE_BYTES + _TIME_BYTES:
        raise TokenForged(f"a form token carries {NONCE_BYTES + _TIME_BYTES} bytes")
    age = now - int.from_bytes(payload[NONCE_BYTES:], "big") / 1000
    if age < FORM_AGE_MIN_SECONDS:
        raise TokenTooFresh(f"issued {age:.1f} s ago; at least {FORM_AGE_MIN_SECONDS} s are needed")
    if age > FORM_AGE_MAX_SECONDS:
        raise TokenExpired(f"issued {age:.0f} s ago; good for {FORM_AGE_MAX_SECONDS} s")
    return FormMark(payload[:NONCE_BYTES], key)


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _mac(purpose: str, payload: bytes, key: bytes) -> bytes:
    return blake2b(
        payload, digest_size=_MAC_BYTES, key=key, person=purpose.encode("ascii")
    ).digest()
