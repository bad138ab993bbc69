"""A review as an item of DynamoDB, and an item as a review: the mapping, without the table."""

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from artreview.review import Kinship, Mail, Provenance, Review, State

_OPTIONAL_ATTRIBUTES: dict[str, type] = {
    **dict.fromkeys(("decade", "address", "text", "lease", "failure", "parent"), str),
    "gallery_place": str,
    "kinship": Kinship,
    **dict.fromkeys(("wants_updates", "in_gallery"), bool),
    **dict.fromkeys(("tokens", "target_tokens", "attempts", "mail_attempts"), int),
    "notice_attempts": int,
    **dict.fromkeys(("mail_until", "lease_until", "writing_since"), float),
    **dict.fromkeys(("settled_at", "written_at", "restored_at"), float),
    **dict.fromkeys(("judged_at", "notice_until"), float),
}


def number(value: float) -> Decimal:
    """Return a number as DynamoDB takes it: to the millisecond, without a float's tail."""
    return Decimal(str(round(value, 3)))


def item_of(review: Review) -> dict[str, Any]:
    """Return the review as an item; what is empty is left out."""
    item: dict[str, Any] = {}
    for field in fields(review):
        value = getattr(review, field.name)
        if isinstance(value, Provenance):
            value = provenance_item(value)
        elif isinstance(value, float):
            value = number(value)
        if value or field.name in {"seed", "tokens"}:
            item[field.name] = value
    return item


def provenance_item(provenance: Provenance) -> dict[str, Any]:
    """Return what wrote a review, as the map that its item holds."""
    return {
        "model": provenance.model,
        "model_hash": provenance.model_hash,
        "seconds": number(provenance.seconds),
        "shared_words": provenance.shared_words,
    }


def _provenance(item: dict[str, Any]) -> Provenance:
    shared = item.get("shared_words")
    return Provenance(
        model=item["model"],
        model_hash=item["model_hash"],
        seconds=float(item["seconds"]),
        shared_words=None if shared is None else int(shared),
    )


def review_of(item: dict[str, Any]) -> Review:
    """Return the item as a review; attributes that a projection left out are empty."""
    provenance = item.get("provenance")
    review = Review(
        id=item["id"],
        state=State(item["state"]),
        prompt=item.get("prompt", ""),
        eccentricity=int(item.get("eccentricity", 0)),
        seed=int(item.get("seed", 0)),
        created_at=float(item["created_at"]),
        enqueued_at=float(item["enqueued_at"]),
        mail=Mail(item.get("mail", Mail.NONE)),
        provenance=provenance and _provenance(provenance),
    )
    optional: dict[str, Any] = {
        name: kind(item[name]) for name, kind in _OPTIONAL_ATTRIBUTES.items() if name in item
    }
    return replace(review, **optional)
