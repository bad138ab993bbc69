"""The pages: Jinja templates with what every one of them needs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from artreview.gallery import GalleryPage, Listing
from artreview.review import Review, State
from artreview.site import ModelFacts
from artreview.typography import typeset
from functions.render.errors import Problem, ReviewGone
from functions.render.examples import Example
from functions.render.family import NO_FAMILY, Family
from functions.render.form import STARTING_PROMPTS, Form, answer_to, link_to_form
from functions.render.identity import SiteIdentity
from functions.render.previews import address_of, preview_of
from functions.render.questions import Done, Question
from functions.render.quoting import quote_of
from functions.render.reading import (
    Reading,
    excerpt_of,
    iso_time,
    printable,
    reading_of,
    rounded,
    short_title,
    tag_of,
    written_date,
    xml_words,
)
from functions.render.static_files import StaticFiles
from functions.render.waiting import Standing

_TEMPLATES = Path(__file__).parent / "templates"


_LISTED_PAGES = ("/", "/gallery", "/examples", "/about", "/privacy")
"""What search engines may list besides the gallery's reviews."""
_ANSWERED_CHARACTERS = 180
"""What an answer quotes: it leaves room for the words that begin it."""
_QUOTE_CHARACTERS = 280
"""What the gallery and the feed show of a review."""


class Pages:
    """Every page, as HTML."""

    def __init__(
        self, identity: SiteIdentity, files: StaticFiles, examples: tuple[Example, ...]
    ) -> None:
        """Keep what the pages are made of; a template is compiled when it is first used."""
        self._identity = identity
        self._examples = examples
        self._templates = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals |= {"site": identity, "static": files.address}
        self._templates.filters |= {
            "date": written_date,
            "excerpt": excerpt_of,
            "iso_time": iso_time,
            "printable": printable,
            "rounded": rounded,
            "short_title": short_title,
            "typeset": typeset,
            "xml": xml_words,
        }

    def home(self, form: Form) -> str:
        """Return what this is, the form, and something to read."""
        examples = self._readings()[:1]
        return self._page("home", form=form, examples=examples, beginnings=_beginnings())

    def form(self, form: Form) -> str:
        """Return the form by itself."""
        return self._page("generate", form=form, beginnings=_beginnings())

    def examples(self) -> str:
        """Return reviews to read."""
        return self._page("examples", examples=self._readings())

    def gallery(self, page: GalleryPage, *, is_newest: bool) -> str:
        """Return a page of the gallery."""
        return self._page(
            "gallery", items=self._quoted(page.reviews), older=page.older, is_newest=is_newest
        )

    def feed(self, reviews: Sequence[Review]) -> str:
        """Return the newest reviews of the gallery as an Atom feed (RFC 4287)."""
        updated = max((review.settled_at for review in reviews), default=0.0)
        return self._page("feed.xml", items=self._quoted(reviews), updated=updated)

    def sitemap(self, listings: Sequence[Listing]) -> str:
        """Return what search engines may list (https://www.sitemaps.org/protocol.html)."""
        return self._page("sitemap.xml", pages=_LISTED_PAGES, listings=listings)

    def embed(self, answer: Mapping[str, str | int]) -> str:
        """Return an oEmbed answer as XML."""
        return self._page("oembed.xml", answer=answer)

    def about(self, model: ModelFacts | None) -> str:
        """Return how it works, and of what it is made."""
        return self._page("about", model=model)

    def privacy(self) -> str:
        """Return what is kept, why and for how long."""
        return self._page("privacy")

    def review(self, standing: Standing, family: Family = NO_FAMILY) -> str:
        """Return a review in whatever state it is. Raises ReviewGone where nobody may read it."""
        review = standing.review
        if review.state.is_hidden:
            raise ReviewGone
        template = {State.READY: "review_ready", State.FAILED: "review_failed"}.get(
            review.state, "review_waiting"
        )
        reading = reading_of(review.prompt, review.text)
        return self._page(
            template,
            standing=standing,
            review=review,
            reading=reading,
            preview=preview_of(review, reading, self._identity),
            answer=_link_to_answer(review, reading),
            again=_link_to_form_again(review),
            family=family,
        )

    def question(self, question: Question) -> str:
        """Return a page with one button."""
        return self._page("question", question=question)

    def done(self, done: Done) -> str:
        """Return what is said when the button was pressed."""
        return self._page("done", done=done)

    def error(self, problem: Problem) -> str:
        """Return what went wrong, and where to go from here."""
        return self._page("error", problem=problem)

    def _readings(self) -> list[dict[str, Any]]:
        return [
            {"example": example, "reading": reading_of(example.prompt, example.text)}
            for example in self._examples
        ]

    def _quoted(self, reviews: Sequence[Review]) -> list[dict[str, Any]]:
        readings = [(review, reading_of(review.prompt, review.text)) for review in reviews]
        return [
            {
                "review": review,
                "reading": reading,
                "quote": quote_of(reading, _QUOTE_CHARACTERS),
                "url": address_of(review, self._identity),
                "tag": tag_of(self._identity.host, review.settled_at, f"/r/{review.id}"),
            }
            for review, reading in readings
        ]

    def _page(self, template: str, **context: Any) -> str:  # noqa: ANN401  # a template takes anything
        name = template if template.endswith(".xml") else f"{template}.html"
        return self._templates.get_template(name).render(context)


def review_as_text(review: Review, identity: SiteIdentity) -> str:
    """Return a finished review as a text file."""
    wrote = review.provenance
    maker = f"{wrote.model} ({wrote.model_hash})" if wrote else "a language model"
    about = [
        f"Written by a machine, {maker}, on {written_date(review.settled_at)},",
        f"at eccentricity {review.eccentricity} of 10.",
    ]
    if wrote and wrote.shared_words is not None:
        about.append(f"Longest phrase shared with the archive, in words: {wrote.shared_words}.")
    about.append(address_of(review, identity))
    return printable(review.text).strip() + "\n\n—\n" + "\n".join(about) + "\n"


def review_as_data(review: Review, identity: SiteIdentity) -> dict[str, Any]:
    """Return a finished review as data, with what it takes to write it again."""
    wrote = review.provenance
    return {
        "id": review.id,
        "url": address_of(review, identity),
        "prompt": review.prompt,
        "text": review.text,
        "eccentricity": review.eccentricity,
        "decade": review.decade or None,
        "seed": review.seed,
        "created_at": iso_time(review.created_at),
        "written_at": iso_time(review.settled_at),
        "written_by_machine": True,
        "model": wrote.model if wrote else None,
        "model_hash": wrote.model_hash if wrote else None,
        "shared_words": wrote.shared_words if wrote else None,
    }


def _link_to_answer(review: Review, reading: Reading) -> str:
    """Return the address of a form that answers a review; empty where it says nothing yet."""
    quote = quote_of(reading, _ANSWERED_CHARACTERS) if review.state is State.READY else ""
    if not quote:
        return ""
    return link_to_form(answer_to(quote), review.eccentricity, review.decade, answers=review.id)


def _link_to_form_again(review: Review) -> str:
    """Return the address of a form with the same words; what failed leaves no trace in it."""
    parent = {"again": review.id} if review.state is State.READY else {}
    return link_to_form(review.prompt, review.eccentricity, review.decade, **parent)


def _beginnings() -> list[tuple[str, str]]:
    return [(prompt, link_to_form(prompt, 7, "")) for prompt in STARTING_PROMPTS]
