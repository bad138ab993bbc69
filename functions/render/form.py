"""The form as it is shown: empty, begun by a link, or filled in again after a mistake."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from artreview.errors import FieldError
from artreview.limits import ECCENTRICITY, PROMPT_CHARACTERS
from artreview.permalink import is_permalink_id
from functions.render.reading import printable, shortened

USUAL_ECCENTRICITY = 7
"""Sober enough to follow, odd enough to be worth reading."""

STARTING_PROMPTS = (
    "The first thing one notices in the gallery is",
    "Nobody had warned the critics about the third room, where",
    "It is a portrait of a woman who",
    "This staircase, the sculptor says, leads nowhere, and yet",
)
"""Beginnings for a visitor who has none."""

_ANSWER = "“{}” So one critic wrote. I do not see it so, for"
_INNER_MARKS = str.maketrans("“”", "‘’")  # noqa: RUF001  # quotation marks inside others

_VISIBLE = ("prompt", "eccentricity", "decade", "submission_email", "update_check", "gallery_check")

_TOO_MUCH = frozenset({"too_many_submissions", "daily_ceiling"})
"""What is not the form's fault, and nothing in it can put right."""


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in the form's fields, and what is wrong with it."""

    token: str
    decades: tuple[str, ...]
    """What the select offers; empty where the model knows no decades."""
    prompt: str = ""
    eccentricity: int = USUAL_ECCENTRICITY
    decade: str = ""
    submission_email: str = ""
    update_check: bool = False
    gallery_check: bool = False
    answers: str = ""
    """The id of the review that this one will answer; empty for none."""
    again: str = ""
    """The id of the review whose words it begins with; empty for none."""
    errors: tuple[FieldError, ...] = ()
    prefix: str = ""
    """What tells its ids from those of another form on the same page."""

    def error_of(self, field: str) -> str:
        """Return what is wrong with the field, or nothing."""
        return " ".join(error.message for error in self.errors if error.field == field)

    @property
    def summary(self) -> tuple[tuple[str, str], ...]:
        """Each error as the field it leads to, empty for none, and its message."""
        return tuple(
            (error.field if error.field in _VISIBLE else "", error.message) for error in self.errors
        )

    @property
    def heading(self) -> str:
        """What stands above the errors."""
        if any(error.code in _TOO_MUCH for error in self.errors):
            return "Not now"
        number = len(self.errors)
        return f"{'One thing is' if number == 1 else 'Some things are'} not right yet"

    @property
    def longest_prompt(self) -> int:
        """How many characters the prompt may have."""
        return PROMPT_CHARACTERS

    @property
    def eccentricities(self) -> range:
        """What the slider offers."""
        return ECCENTRICITY


def form_of(
    values: Mapping[str, str],
    token: str,
    decades: tuple[str, ...],
    errors: Sequence[FieldError] = (),
) -> Form:
    """Return the form with these values where its fields can show them.

    Where a visitor typed them, all of the text comes back, too long or not.
    """
    prompt = printable(str(values.get("prompt", "")))
    decade = values.get("decade", "")
    return Form(
        token=token,
        decades=decades,
        prompt=prompt if errors else prompt[:PROMPT_CHARACTERS],
        eccentricity=_eccentricity(values.get("eccentricity", "")),
        decade=decade if decade in decades else "",
        submission_email=printable(str(values.get("submission_email", ""))),
        update_check="update_check" in values,
        gallery_check="gallery_check" in values,
        answers=_parent(values.get("answers", "")),
        again=_parent(values.get("again", "")),
        errors=tuple(errors),
    )


def answer_to(quote: str) -> str:
    """Return a prompt that takes up a passage of another review, within what a prompt may have.

    Quotation marks inside the passage become single ones, as in print.
    """
    room = PROMPT_CHARACTERS - len(_ANSWER.format(""))
    return _ANSWER.format(shortened(quote, room - 1).translate(_INNER_MARKS))


def other_eccentricity(eccentricity: int) -> int:
    """Return one half the scale away: far enough to read otherwise, and never the same."""
    half = len(ECCENTRICITY) // 2
    return eccentricity + half if eccentricity <= half else eccentricity - half


def link_to_form(prompt: str, eccentricity: int, decade: str, **parent: str) -> str:
    """Return the address of a form that begins with these.

    `answers=` or `again=` names the review that the new one descends from.
    """
    values = {"prompt": prompt, "eccentricity": str(eccentricity)}
    return "/generate?" + urlencode(values | ({"decade": decade} if decade else {}) | parent)


def _parent(text: str) -> str:
    """Return the id, or nothing where it cannot be one."""
    return text if is_permalink_id(text) else ""


def _eccentricity(text: str) -> int:
    """Return the number in the text, or the usual one where the slider cannot show it."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    return number if number in ECCENTRICITY else USUAL_ECCENTRICITY
