"""The page where the operator judges a report, and what it says once that is done.

Mail programs follow links before their readers do, so the page changes nothing; its buttons do. The
link is good for one hiding: who comes back to it is told how the review stands now.
"""

from dataclasses import dataclass

from artreview.review import Review, State
from functions.render.reading import Reading, reading_of, written_moment

_SAME_SECONDS = 0.0005
"""A link holds the moment to the millisecond."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the page says, and which of its buttons there are."""

    title: str
    message: str
    reading: Reading
    action: str
    """Where the buttons lead; empty where nothing is to be decided any more."""
    may_keep: bool = False
    shows_text: bool = False
    page: str = ""
    """The address of the review, where it can be read again."""


def judgement_of(review: Review, hidden_at: float, token: str) -> Judgement:
    """Return the page about a hiding of a review that was not deleted."""
    reading = reading_of(review.prompt, review.text)
    action = f"/r/{review.id}/judge?token={token}"
    if review.state is not State.BLOCKED:
        return Judgement(
            title="It is shown again",
            message="You restored it, here or by command. From now on it takes the reports of "
            "three visitors on one day (UTC) to hide it.",
            reading=reading,
            action="",
            page=f"/r/{review.id}",
        )
    if abs(review.settled_at - hidden_at) >= _SAME_SECONDS:
        return Judgement(
            title="It was hidden anew",
            message="This link is about an earlier report, which was decided. The mail about the "
            f"one of {written_moment(review.settled_at)} has a link of its own.",
            reading=reading,
            action="",
        )
    if review.judged_at:
        return Judgement(
            title="It stays hidden",
            message=f"You decided so on {written_moment(review.judged_at)}. Whoever opens its "
            "address is told that it was taken down. It can still be restored.",
            reading=reading,
            action=action,
            shows_text=True,
        )
    return Judgement(
        title="Keep it hidden?",
        message=f"A visitor reported it. Since {written_moment(review.settled_at)} nobody can "
        "read it. Once restored, it takes the reports of three visitors on one day (UTC) to hide "
        "it again.",
        reading=reading,
        action=action,
        may_keep=True,
        shows_text=True,
    )
