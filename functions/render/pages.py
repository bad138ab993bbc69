"""The pages: Jinja templates with what every one of them needs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from artreview.review import Review, State
from artreview.site import ModelFacts
from functions.render.errors import Problem, ReviewGone
from functions.render.examples import Example
from functions.render.form import STARTING_PROMPTS, Form, link_to_form
from functions.render.questions import Done, Question
from functions.render.reading import (
    excerpt_of,
    iso_time,
    printable,
    reading_of,
    rounded,
    written_date,
)
from functions.render.static_files import StaticFiles
from functions.render.waiting import Standing

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class SiteIdentity:
    """How the site calls itself, and where it is."""

    name: str
    url: str


class Pages:
    """Every page, as HTML."""

    def __init__(
        self, identity: SiteIdentity, files: StaticFiles, examples: tuple[Example, ...]
    ) -> None:
        """Keep what the pages are made of; a template is compiled when it is first used."""
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

    def about(self, model: ModelFacts | None) -> str:
        """Return how it works, and of what it is made."""
        return self._page("about", model=model)

    def privacy(self) -> str:
        """Return what is kept, why and for how long."""
        return self._page("privacy")

    def review(self, standing: Standing) -> str:
        """Return a review in whatever state it is. Raises ReviewGone where nobody may read it."""
        review = standing.review
        if review.state.is_hidden:
            raise ReviewGone
        template = {State.READY: "review_ready", State.FAILED: "review_failed"}.get(
            review.state, "review_waiting"
        )
        return self._page(
            template,
            standing=standing,
            review=review,
            reading=reading_of(review.prompt, review.text),
            again=link_to_form(review.prompt, review.eccentricity, review.decade),
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

    def _page(self, template: str, **context: Any) -> str:  # noqa: ANN401  # a template takes anything
        return self._templates.get_template(f"{template}.html").render(context)


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
    about.append(f"{identity.url}/r/{review.id}")
    return printable(review.text).strip() + "\n\n—\n" + "\n".join(about) + "\n"


def review_as_data(review: Review, identity: SiteIdentity) -> dict[str, Any]:
    """Return a finished review as data, with what it takes to write it again."""
    wrote = review.provenance
    return {
        "id": review.id,
        "url": f"{identity.url}/r/{review.id}",
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


def _beginnings() -> list[tuple[str, str]]:
    return [(prompt, link_to_form(prompt, 7, "")) for prompt in STARTING_PROMPTS]
