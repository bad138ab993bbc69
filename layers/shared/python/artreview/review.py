"""A review, from the moment a visitor asks for it until it is gone."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a review stands.

    `queued` → `writing` → `ready`; `failed` after the last attempt; `blocked` (reported) and
    `deleted` from any of them.
    """

    QUEUED = "queued"
    WRITING = "writing"
    READY = "ready"
    FAILED = "failed"
    BLOCKED = "blocked"
    DELETED = "deleted"

    @property
    def is_waiting(self) -> bool:
        """Tell whether the text is still to come."""
        return self in {State.QUEUED, State.WRITING}

    @property
    def is_hidden(self) -> bool:
        """Tell whether nobody may read it (the page answers 410)."""
        return self in {State.BLOCKED, State.DELETED}


class Mail(StrEnum):
    """Where the one mail about a review stands.

    `none`: no address was given. `due` → `sending` → `sent`; `refused`: the mail service will not
    take it, or nobody can tell whether it did. A mail found in `sending` after a crash is sent once
    more, and no more than once: one too many rather than none.
    """

    NONE = "none"
    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"


class Kinship(StrEnum):
    """What a review has to do with its parent.

    `answer`: it answers the parent. `again`: it was begun with the same words. Empty: it has none.
    """

    NONE = ""
    ANSWER = "answer"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Provenance:
    """What wrote a review, and how."""

    model: str
    """The bundle's name."""
    model_hash: str
    """The first 12 hexadecimal digits of the SHA-256 over the hashes of the bundle's files."""
    seconds: float
    """How long the writing took, without the waiting."""
    shared_words: int | None = None
    """The longest run of words that the text, behind its prompt, shares with what the model learned
    from; None for reviews that were written before this was measured."""


@dataclass(frozen=True, slots=True)
class Review:
    """A review as it is stored. Times are seconds since 1970, UTC."""

    id: str
    state: State
    prompt: str
    eccentricity: int
    seed: int
    """The sampler's seed: the same model, prompt, eccentricity and seed give the same text."""
    created_at: float
    enqueued_at: float
    """When its id was last sent to the queue."""
    decade: str = ""
    """The decade whose voice was asked for, as `1890s`; empty for none."""
    address: str = ""
    """Where the mail goes. Erased as soon as the mail is out."""
    mail: Mail = Mail.NONE
    mail_until: float = 0.0
    """Until when the worker that is sending the mail is believed to be alive."""
    mail_attempts: int = 0
    """How often a worker took the mail in hand and is not known to have failed."""
    wants_updates: bool = False
    kinship: Kinship = Kinship.NONE
    parent: str = ""
    """The id of the review that it answers or repeats, as its submitter said; empty for none. That
    review may be hidden by now, or never have been there."""
    in_gallery: bool = False
    """Whether it may be listed, as its submitter decided."""
    gallery_place: str = ""
    """Where it is listed (`artreview.gallery`); empty where it is not."""
    text: str = ""
    """The review: the prompt and what the model made of it; so far, while it is being written."""
    tokens: int = 0
    target_tokens: int = 0
    attempts: int = 0
    lease: str = ""
    lease_until: float = 0.0
    writing_since: float = 0.0
    settled_at: float = 0.0
    """When it failed or was hidden; of a review that can be read, when it was written."""
    written_at: float = 0.0
    """When its text was whole; kept while it is hidden, so that it comes back with its date."""
    restored_at: float = 0.0
    """When the operator showed it again after a report; from then on one report is not enough."""
    judged_at: float = 0.0
    """When the operator decided that it stays hidden; 0 where that is open, or it is shown."""
    notice_until: float = 0.0
    """Until when whoever mails the operator about its hiding is believed to be alive."""
    notice_attempts: int = 0
    """How often that mail was taken in hand and is not known to have failed."""
    failure: str = ""
    """Why it failed: a short code for the operator, never the visitor's words."""
    provenance: Provenance | None = None
