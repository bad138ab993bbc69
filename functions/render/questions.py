"""The pages where the reader of a mail decides: each asks one thing, and has one button.

Mail programs follow links before their readers do, so nothing happens until the button is pressed.
"""

from dataclasses import dataclass

from artreview.links import CONFIRM
from artreview.review import Review


@dataclass(frozen=True, slots=True)
class Question:
    """What a page asks, and where its button leads."""

    title: str
    message: str
    button: str
    action: str
    quote: str = ""
    """Words of the visitor that the question is about."""
    back: str = ""
    """The address of what the question is about."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a page says when the button was pressed."""

    title: str
    message: str
    back: str = ""
    """The address of the review that it was about."""


def about_deletion(review: Review, token: str) -> Question:
    """Ask whether a review is to be deleted."""
    return Question(
        title="Delete this review?",
        message="Its words and all else that is kept about it go at once, for everyone. "
        "This cannot be undone.",
        button="Delete it for good",
        action=f"/r/{review.id}/delete?token={token}",
        quote=review.prompt,
        back="" if review.state.is_hidden else f"/r/{review.id}",
    )


def about_subscription(purpose: str, token: str) -> Question:
    """Ask whether to subscribe, or to leave."""
    action = f"/subscription/{purpose}?token={token}"
    if purpose == CONFIRM:
        return Question(
            title="News of this site?",
            message="Your address is kept to write to you when there is news, and for nothing "
            "else. Every such mail has a link to leave.",
            button="Yes, write to me",
            action=action,
        )
    return Question(
        title="No more news?",
        message="Your address is erased from the list at once.",
        button="Leave the list",
        action=action,
    )


def report_counted(review: Review) -> Done:
    """Thank for a report that does not hide the review by itself."""
    return Done(
        title="Your report counts",
        message="The operator of this site has looked at this review after an earlier report, and "
        "has shown it again. When three visitors report it on one day (UTC), it is hidden again, "
        "for everyone.",
        back=f"/r/{review.id}",
    )


CONFIRMED = Done(
    title="You are on the list",
    message="There will be a mail when there is news. Whoever wants to leave again finds the link "
    "at the end of every mail.",
)
LEFT = Done(
    title="You have left the list",
    message="The address has been erased from it, and no news will be sent there.",
)
