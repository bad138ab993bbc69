"""Made-up reviews, forms and notices, to look at every part of the pages in every state at once.

Only the local site shows them (`PATTERNS`). The page is put together from the same partial
templates as all others, so what it shows is what visitors get.
"""

from dataclasses import replace
from typing import Any

from artreview.errors import FieldError
from artreview.links import CONFIRM, LEAVE
from artreview.review import Provenance, Review, State
from artreview.site import ModelFacts
from functions.render.errors import PageNotFound
from functions.render.examples import Example
from functions.render.family import NO_FAMILY, Family, Relative
from functions.render.form import Form
from functions.render.judgement import Judgement, judgement_of
from functions.render.questions import (
    CONFIRMED,
    about_deletion,
    about_subscription,
    report_counted,
)
from functions.render.reading import reading_of
from functions.render.waiting import Standing

_NOW = 1_763_820_309.0
_DECADES = ("1880s", "1890s")
_SHORT = "A blue horse"
_LONG = "The \"portraits\" in this small room aren't what one expects of the '90s"
_VERY_LONG = "Nobody had warned the critics about the third room, where " * 4
_TEXT = (
    ', and it doesn\'t look away. "I painted it in a week," the painter says -- which shows.\n'
    "The room is small... One comes back to it 'for the light', as they say here.\nIt hangs there."
)
_MARKUP = "<b>A prompt</b> with {{ markup }} in it"

_REVIEW = Review(
    id="0123456789abcdef",
    state=State.READY,
    prompt=_LONG,
    eccentricity=7,
    seed=1,
    created_at=_NOW,
    enqueued_at=_NOW,
    decade="1890s",
    text=_LONG + _TEXT,
    settled_at=_NOW,
    provenance=Provenance("lectern-11m", "9f3ab20c41d7", 31.0, 7),
)
_RELATIVE = Relative("a" * 16, _LONG, 3, _NOW)
_FAMILY = Family(answered=_RELATIVE, repeated=_RELATIVE, answers=(_RELATIVE,), repeats=(_RELATIVE,))
_MODEL = ModelFacts(
    name="lectern-11m",
    hash="9f3ab20c41d7",
    base_model="trained from scratch",
    parameters=11_400_000,
    license_of_weights="CC0-1.0",
    license_of_corpus="public domain",
    decades=_DECADES,
    corpus_books=43,
    corpus_words=3_812_000,
)


def samples() -> dict[str, Any]:
    """Return what the page of patterns shows, but for what depends on the site."""
    prompts = (_SHORT, _LONG, _VERY_LONG)
    example = Example(_SHORT, 3, 1, "lectern-11m", "9f3ab20c41d7", "", _SHORT + _TEXT)
    return {
        "readings": [reading_of(prompt, prompt + _TEXT) for prompt in prompts],
        "forms": _forms(),
        "waiting": [
            (heading, standing, reading_of(standing.review.prompt, standing.review.text))
            for heading, standing in _standings()
        ],
        "finished": [
            (heading, review, reading_of(review.prompt, review.text), family)
            for heading, review, family in _finished()
        ],
        "listed": [_REVIEW, replace(_REVIEW, prompt=" ", decade="", text="")],
        "example_item": {
            "example": example,
            "reading": reading_of(example.prompt, example.text),
            "url": "",
        },
        "problem": PageNotFound().problem,
        "questions": (
            about_deletion(_REVIEW, "token"),
            about_subscription(CONFIRM, "token"),
            about_subscription(LEAVE, "token"),
        ),
        "judgements": _judgements(),
        "done": (CONFIRMED, report_counted(_REVIEW)),
        "model": _MODEL,
    }


def _judgements() -> tuple[Judgement, ...]:
    hidden = replace(_REVIEW, state=State.BLOCKED)
    kept = replace(hidden, judged_at=_NOW)
    anew = replace(hidden, settled_at=_NOW + 60)
    unwritten = replace(hidden, text="", prompt=_SHORT)
    return tuple(
        judgement_of(review, _NOW, "token") for review in (hidden, unwritten, kept, anew, _REVIEW)
    )


def _forms() -> list[tuple[str, Form]]:
    errors = tuple(
        FieldError(field, "wrong", f"This is what is wrong with {field or 'the form'}.")
        for field in (
            "",
            "prompt",
            "eccentricity",
            "decade",
            "submission_email",
            "update_check",
            "gallery_check",
        )
    )
    fresh = Form(token="token", decades=(), prefix="fresh-")  # noqa: S106  # no token at all
    filled = replace(
        fresh,
        decades=_DECADES,
        prompt=_MARKUP,
        decade="1890s",
        submission_email="someone@example.org",
        update_check=True,
        gallery_check=True,
        answers=_REVIEW.id,
    )
    return [
        ("The form, without decades", fresh),
        ("The form, filled in, of an answer", replace(filled, prefix="filled-")),
        ("The form, everything wrong", replace(filled, prefix="wrong-", errors=errors)),
        ("The form, too often", replace(fresh, prefix="often-", errors=(_too_often(),))),
    ]


def _too_often() -> FieldError:
    return FieldError("", "too_many_submissions", "Try again in 12 minutes.")


def _standings() -> list[tuple[str, Standing]]:
    queued = replace(_REVIEW, state=State.QUEUED, text="", prompt=_SHORT)
    writing = replace(_REVIEW, state=State.WRITING, tokens=100, target_tokens=400)
    return [
        ("In the queue", Standing(queued, 3, 76)),
        ("Next in line, nothing known of the pace", Standing(queued, 1, None)),
        ("A long queue", Standing(queued, 1_001, 40_000)),
        ("Being written", Standing(writing, 0, 30)),
    ]


def _finished() -> list[tuple[str, Review, Family]]:
    old = replace(_REVIEW, decade="", provenance=None, prompt=_MARKUP, text=_MARKUP)
    unique = replace(_REVIEW, provenance=Provenance("lectern-11m", "9f3ab20c41d7", 31.0, 0))
    return [
        ("A review, with all that it can have", _REVIEW, _FAMILY),
        ("A review of its prompt alone, of which little is known", old, NO_FAMILY),
        ("A review that shares nothing", unique, NO_FAMILY),
    ]
