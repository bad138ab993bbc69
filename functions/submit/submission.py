"""What a visitor asks for, read from the form's fields and checked."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from artreview.characters import NO_CHARACTERS
from artreview.errors import FieldError, SubmissionRefused
from artreview.limits import ECCENTRICITY, PROMPT_CHARACTERS
from artreview.permalink import is_permalink_id
from artreview.review import Kinship
from functions.submit.bodies import Fields

_BIDI_CONTROLS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""Characters that turn the direction of what follows: they would reach beyond the prompt."""

_REMOVED = _BIDI_CONTROLS | NO_CHARACTERS
_WHITE_SPACE = re.compile(r"\s+")
_ECCENTRICITY = re.compile(r"0?[1-9][0-9]?", re.ASCII)
_INVISIBLE_KINDS = frozenset({"Cc", "Cs", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"})
_INVISIBLE_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""They count as letters and show nothing: the Hangul fillers, the empty Braille cell."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A review that a visitor may have."""

    prompt: str
    eccentricity: int
    decade: str
    address: str
    """Empty: no mail is wanted."""
    wants_updates: bool
    in_gallery: bool
    kinship: Kinship = Kinship.NONE
    parent: str = ""
    """The id of the review that it answers or repeats; empty for none."""


_KINSHIP_FIELDS = (("answers", Kinship.ANSWER), ("again", Kinship.AGAIN))

CheckedAddress = Callable[[str], str | FieldError]


_FIELDS = (
    "prompt",
    "eccentricity",
    "decade",
    "submission_email",
    "update_check",
    "gallery_check",
    "form_token",
    "website",
    "answers",
    "again",
)
_SHOWN_CHARACTERS = 40


def cleaned_prompt(text: str) -> str:
    """Return the prompt in one Unicode form and on one line, trimmed.

    Controls and codes that are no characters are removed.
    """
    kept = [
        " " if character.isspace() else character
        for character in text
        if character.isspace()
        or (unicodedata.category(character) not in {"Cc", "Cs"} and character not in _REMOVED)
    ]
    return _WHITE_SPACE.sub(" ", unicodedata.normalize("NFC", "".join(kept))).strip()


def read_submission(
    fields: Fields, decades: tuple[str, ...], checked_address: CheckedAddress
) -> Submission:
    """Return the submission that the fields describe.

    `decades` are those that the model can write in; `checked_address` returns an address in its
    normal form, or what is wrong with it. Raises SubmissionRefused with every field that is wrong,
    so that a visitor corrects them in one go.
    """
    prompt = cleaned_prompt(fields.text("prompt"))
    eccentricity = fields.text("eccentricity").strip()
    decade = fields.text("decade").strip()
    address = fields.text("submission_email").strip()
    checked = checked_address(address) if address else ""
    kinship, parent = _lineage(fields)
    problems = [
        *_prompt_problems(prompt, is_blank=not fields.text("prompt").strip()),
        *_eccentricity_problems(eccentricity),
        *_decade_problems(decade, decades),
        *([checked] if isinstance(checked, FieldError) else []),
        *_trap_problems(fields.text("website")),
        *_unknown_problems(fields),
    ]
    if problems or isinstance(checked, FieldError):
        raise SubmissionRefused(*problems)
    return Submission(
        prompt=prompt,
        eccentricity=int(eccentricity),
        decade=decade,
        address=checked,
        wants_updates=bool(checked) and fields.is_ticked("update_check"),
        in_gallery=fields.is_ticked("gallery_check"),
        kinship=kinship,
        parent=parent,
    )


def _lineage(fields: Fields) -> tuple[Kinship, str]:
    """Return what the review has to do with another one, and that one's id.

    A link filled these fields in, not the visitor: what is no id counts as left out. Whether that
    review may be named is asked when the page is shown, since it may be hidden at any time.
    """
    for field, kinship in _KINSHIP_FIELDS:
        parent = fields.text(field).strip().lower()
        if is_permalink_id(parent):
            return kinship, parent
    return Kinship.NONE, ""


def _prompt_problems(prompt: str, *, is_blank: bool) -> list[FieldError]:
    """Return what is wrong with a cleaned prompt; `is_blank` if nothing at all was typed."""
    if all(_is_invisible(character) for character in prompt):
        message = "Write a few words for the review to begin with."
        if not is_blank:
            message = f"Nothing of that can be seen. {message}"
        return [FieldError("prompt", "prompt_missing", message)]
    if len(prompt) > PROMPT_CHARACTERS:
        return [
            FieldError(
                "prompt",
                "prompt_too_long",
                f"That is {len(prompt)} characters long; up to {PROMPT_CHARACTERS} fit.",
            )
        ]
    return []


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in _INVISIBLE_KINDS or character in _INVISIBLE_LETTERS


def _eccentricity_problems(text: str) -> list[FieldError]:
    if _ECCENTRICITY.fullmatch(text) and int(text) in ECCENTRICITY:
        return []
    return [
        FieldError(
            "eccentricity",
            "eccentricity_out_of_range",
            f"Choose a whole number from {ECCENTRICITY[0]} to {ECCENTRICITY[-1]}.",
        )
    ]


def _decade_problems(decade: str, decades: tuple[str, ...]) -> list[FieldError]:
    if not decade or decade in decades:
        return []
    allowed = f"{decades[0]} to {decades[-1]}" if decades else "no decade at all"
    return [
        FieldError("decade", "decade_unknown", f"The model can write in {allowed}. Choose another.")
    ]


def _unknown_problems(fields: Fields) -> list[FieldError]:
    """Return a complaint about what a program sends and nobody reads: it may be misspelt.

    The name stands in its message alone, for a name may be anything; a browser's form may carry
    what an extension has put there.
    """
    unknown = [name for name in fields.values if name not in _FIELDS] if fields.is_json else []
    if not unknown:
        return []
    message = (
        f"There is no field {unknown[0][:_SHOWN_CHARACTERS]!r}. The fields are "
        f"{', '.join(_FIELDS)}."
    )
    return [FieldError("", "unknown_field", message)]


def _trap_problems(website: str) -> list[FieldError]:
    if not website:
        return []
    return [
        FieldError("website", "trap", "Leave the field “website” empty: it is there for robots.")
    ]
