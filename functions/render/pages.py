"""The pages: Jinja templates with what every one of them needs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from artreview.gallery import GalleryPage, Listing
from artreview.review import Review, State
from artreview.site import CorpusFacts, ModelFacts
from functions.render.errors import Problem, ReviewGone
from functions.render.examples import Example, compared, example_of
from functions.render.family import NO_FAMILY, Family
from functions.render.form import (
    STARTING_PROMPTS,
    Form,
    answer_to,
    link_to_form,
    other_eccentricity,
)
from functions.render.identity import WHOLE, SiteIdentity, SiteShape
from functions.render.judgement import Judgement
from functions.render.label import qr_code
from functions.render.page_templates import page_templates
from functions.render.previews import Preview, address_of, preview_of
from functions.render.questions import Done, Question
from functions.render.quoting import beginning_of, quote_of
from functions.render.reading import (
    Reading,
    iso_time,
    printable,
    reading_of,
    set_text,
    shortened,
    tag_of,
    written_date,
)
from functions.render.sharing import share_links
from functions.render.static_files import StaticFiles
from functions.render.waiting import Standing

_LISTED_PAGES = ("/", "/gallery", "/examples", "/about", "/privacy")
"""What search engines may list besides the gallery's reviews."""
_ANSWERED_CHARACTERS = 180
"""What an answer quotes: it leaves room for the words that begin it."""
_COMPARED_CHARACTERS = 150
"""What the form shows of each of the texts that differ by their eccentricity."""
_LABEL_CHARACTERS = 900
"""What a printed label has room for below its title."""
_QUOTE_CHARACTERS = 280
"""What the gallery and the feed show of a review."""


class Pages:
    """Every page, as HTML."""

    def __init__(
        self,
        identity: SiteIdentity,
        files: StaticFiles,
        examples: tuple[Example, ...],
        shape: SiteShape = WHOLE,
    ) -> None:
        """Keep what the pages are made of; a template is compiled when it is first used."""
        self._identity = identity
        self._examples = examples
        self._shape = shape
        self._templates = page_templates()
        self._templates.globals |= {"site": identity, "static": files.address, "shape": shape}

    def home(self, form: Form) -> str:
        """Return what this is, the form, and something to read."""
        return self._page("home", **self._form(form), examples=self._readings()[:1])

    def form(self, form: Form) -> str:
        """Return the form by itself."""
        return self._page("generate", **self._form(form))

    def examples(self, chosen: Sequence[Review] = ()) -> str:
        """Return reviews to read: those that were chosen, or else those kept beside the pages."""
        return self._page("examples", examples=self._chosen(chosen) or self._readings())

    def gallery(self, page: GalleryPage, *, is_newest: bool) -> str:
        """Return a page of the gallery."""
        items = self._quoted(page.reviews)
        return self._page("gallery", items=items, page=page, is_newest=is_newest)

    def feed(self, reviews: Sequence[Review]) -> str:
        """Return the newest reviews of the gallery as an Atom feed (RFC 4287)."""
        updated = max((review.settled_at for review in reviews), default=0.0)
        return self._page("feed.xml", items=self._quoted(reviews), updated=updated)

    def sitemap(self, listings: Sequence[Listing]) -> str:
        """Return what search engines may list (https://www.sitemaps.org/protocol.html)."""
        pages = [page for page in _LISTED_PAGES if self._shape.has_gallery or page != "/gallery"]
        return self._page("sitemap.xml", pages=pages, listings=listings)

    def embed(self, answer: Mapping[str, str | int]) -> str:
        """Return an oEmbed answer as XML."""
        return self._page("oembed.xml", answer=answer)

    def about(self, model: ModelFacts | None, corpus: CorpusFacts | None = None) -> str:
        """Return how it works, and of what it is made; of another model's corpus nothing."""
        is_its_own = model is not None and corpus is not None and corpus.model_hash == model.hash
        return self._page("about", model=model, corpus=corpus if is_its_own else None)

    def privacy(self) -> str:
        """Return what is kept, why and for how long."""
        return self._page("privacy")

    def review(self, standing: Standing, family: Family = NO_FAMILY) -> str:
        """Return a review in whatever state it is. Raises ReviewGone where nobody may read it."""
        review = standing.review
        if review.state.is_hidden:
            raise ReviewGone
        reading = reading_of(review.prompt, review.text)
        context: dict[str, Any] = {
            "review": review,
            "reading": reading,
            "preview": self._preview(review, reading),
            "again": _link_to_form_again(review),
        }
        if review.state is State.FAILED:
            return self._page("review_failed", **context)
        if review.state is State.READY:
            return self._page("review_ready", **context, **self._around(review, reading, family))
        meanwhile = self._reading_for(review)
        return self._page("review_waiting", **context, standing=standing, meanwhile=meanwhile)

    def _preview(self, review: Review, reading: Reading) -> Preview:
        """Return the preview; without a gallery, search engines are to list no review."""
        preview = preview_of(review, reading, self._identity)
        return preview if self._shape.has_gallery else replace(preview, is_listed=False)

    def _around(self, review: Review, reading: Reading, family: Family) -> dict[str, Any]:
        """Return what stands around a finished review: where it leads, and its label."""
        address = address_of(review, self._identity)
        return {
            "answer": _link_to_answer(review, reading),
            "family": family,
            "share_links": share_links(address, reading.short_title),
            "extract": beginning_of(reading, _LABEL_CHARACTERS),
            "code": qr_code(address),
        }

    def patterns(self) -> str:
        """Return every part of the pages in every state, with made-up words."""
        # The sites that visitors see never ask for it.
        from functions.render.patterns import samples  # noqa: PLC0415

        shown = samples()
        form: Form = shown["forms"][0][1]
        context = self._form(form) | {
            "items": self._quoted(shown.pop("listed")),
            "share_links": share_links(self._identity.url, shown["readings"][1].short_title),
            "code": qr_code(self._identity.url),
        }
        return self._page("patterns", **context, **shown)

    def question(self, question: Question) -> str:
        """Return a page with one button."""
        return self._page("question", question=question)

    def judge(self, judgement: Judgement) -> str:
        """Return the page where the operator judges a report."""
        return self._page("judge", judgement=judgement)

    def done(self, done: Done) -> str:
        """Return what is said when the button was pressed."""
        return self._page("done", done=done)

    def error(self, problem: Problem) -> str:
        """Return what went wrong, and where to go from here."""
        return self._page("error", problem=problem)

    def _form(self, form: Form) -> dict[str, Any]:
        """Return the form, with what helps to fill it in."""
        return {"form": form, "beginnings": _beginnings(), "comparison": self._comparison}

    @cached_property
    def _comparison(self) -> list[tuple[int, str]]:
        """The beginnings of texts that differ by their eccentricity, with that."""
        return [
            (example.eccentricity, shortened(set_text("", example.text), _COMPARED_CHARACTERS))
            for example in compared(self._examples)
        ]

    def _reading_for(self, review: Review) -> dict[str, Any] | None:
        """Return an example to read while a review is written: not the same one to everybody."""
        readings = self._readings()
        return readings[ord(review.id[-1]) % len(readings)] if readings else None

    def _chosen(self, reviews: Sequence[Review]) -> list[dict[str, Any]]:
        return [
            {
                "example": example_of(review),
                "reading": reading_of(review.prompt, review.text),
                "url": address_of(review, self._identity),
            }
            for review in reviews
        ]

    def _readings(self) -> list[dict[str, Any]]:
        return [
            {"example": example, "reading": reading_of(example.prompt, example.text), "url": ""}
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
    """Return the address of a form with the same words: for another eccentricity, or another try.

    What failed is tried as it was, and leaves no trace in the form.
    """
    if review.state is not State.READY:
        return link_to_form(review.prompt, review.eccentricity, review.decade)
    other = other_eccentricity(review.eccentricity)
    return link_to_form(review.prompt, other, review.decade, again=review.id)


def _beginnings() -> list[tuple[str, str]]:
    return [(prompt, link_to_form(prompt, 7, "")) for prompt in STARTING_PROMPTS]
