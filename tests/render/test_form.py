"""The form: fresh, begun by a link, and filled in again after a mistake."""

from pathlib import Path
from typing import Any

import pytest

from artreview.limits import ECCENTRICITY
from artreview.site import ModelFacts
from artreview.tokens import form_mark
from functions.render import parts
from functions.render.examples import Example, compared, read_examples
from functions.render.form import other_eccentricity
from functions.render.reading import set_text
from tests.aws import KEYS
from tests.render.visit import Answer, Visit

FORMS = ("/", "/generate")


@pytest.mark.parametrize("address", FORMS)
def test_the_form_has_the_fields_of_the_contract(
    site: Visit, model: ModelFacts, address: str
) -> None:
    """Neither more nor fewer, and it goes where the contract says."""
    answer = site.get(address)
    form = answer.one("form")
    assert (form["method"], form["action"]) == ("post", "/submission")
    assert {str(field["name"]) for field in form.select("[name]")} == {
        "prompt",
        "eccentricity",
        "decade",
        "submission_email",
        "update_check",
        "gallery_check",
        "form_token",
        "website",
    }
    offered = [str(option["value"]) for option in form.select("option")]
    assert offered == ["", *model.decades]


def test_every_visible_field_has_a_label(site: Visit, model: ModelFacts) -> None:
    """A reader that hears the page knows what is asked."""
    page = site.get("/generate").page
    assert model.decades
    fields = ("prompt", "eccentricity", "decade", "submission_email", "update_check")
    for name in (*fields, "gallery_check"):
        assert page.select_one(f"label[for={name}]"), name
        assert page.select_one(f"#{name}[name={name}]"), name


def test_without_decades_none_is_asked_for(site: Visit) -> None:
    """A model that knows no decades offers none."""
    assert site.get("/generate").page.select("[name=decade]") == []


@pytest.mark.parametrize("address", FORMS)
def test_a_form_carries_a_token_of_its_own(site: Visit, address: str) -> None:
    """Each form can be sent once; the submit function recognises its token."""
    first = site.get(address).value_of("form_token")
    second = site.get(address).value_of("form_token")
    later = site.world.now() + 60
    assert form_mark(first, later, KEYS) != form_mark(second, later, KEYS)


def test_the_trap_is_out_of_a_persons_way(site: Visit) -> None:
    """Nobody tabs into it, hears it, or has it filled in by their browser."""
    answer = site.get("/")
    trap = answer.one("input[name=website]")
    assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")
    assert answer.one("[aria-hidden=true]:has(input[name=website])")
    assert trap.get("value") is None


def test_a_link_begins_the_form(site: Visit, model: ModelFacts) -> None:
    """What a link may fill in, it fills in."""
    assert "1890s" in model.decades
    answer = site.get("/generate?prompt=Two+%3Cred%3E+chairs&eccentricity=3&decade=1890s")
    assert answer.one("textarea").get_text() == "Two <red> chairs"
    assert answer.value_of("eccentricity") == "3"
    assert answer.one("option[selected]")["value"] == "1890s"


@pytest.mark.parametrize(
    "query",
    [
        "eccentricity=0",
        "eccentricity=11",
        "eccentricity=abc",
        "eccentricity=%C2%B2",
        "eccentricity=" + "9" * 500,
        "decade=1666s",
        "prompt=%FF%FE",
        "&".join(f"a{number}=1" for number in range(100)),
        "=&=&;",
        "submission_email=someone%40example.org",
    ],
)
def test_an_odd_link_gives_a_usual_form(site: Visit, query: str) -> None:
    """Nothing in a link can break the form, nor put somebody's address into it."""
    answer = site.get(f"/generate?{query}")
    assert answer.status == 200
    assert answer.value_of("eccentricity") == "7"
    assert answer.value_of("submission_email") == ""


def test_a_link_cannot_begin_with_more_than_a_prompt_may_have(site: Visit) -> None:
    """The form is one that can be sent."""
    answer = site.get("/generate?prompt=" + "%F0%9F%8E%A8" * 300)
    assert answer.one("textarea").get_text() == "🎨" * 255


@pytest.mark.parametrize("address", FORMS)
def test_the_form_shows_what_eccentricity_does(site: Visit, address: str) -> None:
    """The same words at 1, 5 and 10, as the model that ships went on from them."""
    written = compared(read_examples(Path(parts.__file__).parent / "examples.json"))
    assert [example.eccentricity for example in written] == [1, 5, 10]
    page = site.get(address).page
    assert [tag.get_text() for tag in page.select(".compared dt")] == ["1", "5", "10"]
    shown = [tag.get_text() for tag in page.select(".compared dd")]
    for words, example in zip(shown, written, strict=True):
        assert words.endswith("…")
        assert set_text(example.prompt, example.text).startswith(words[:-1])


def example(prompt: str, eccentricity: int) -> Example:
    """Return an example that says nothing."""
    return Example(prompt, eccentricity, 1, "m", "0", "", prompt)


def test_only_what_began_with_the_same_words_is_compared() -> None:
    """The longest such row, sorted; one alone compares with nothing."""
    row = [example("b", 10), example("a", 5), example("b", 1), example("a", 1), example("b", 4)]
    assert [(found.prompt, found.eccentricity) for found in compared(row)] == [
        ("b", 1),
        ("b", 4),
        ("b", 10),
    ]
    assert compared([example("a", 1), example("b", 2)]) == ()
    assert compared([]) == ()


def refused(site: Visit, **changes: Any) -> Answer:
    """Return the page that the submit function asks for after a mistake."""
    return site.invoke(
        {
            "page": "form",
            "status": 422,
            "values": {
                "prompt": "“Two” <chairs>",
                "eccentricity": "9",
                "decade": "1890s",
                "submission_email": "nobody@nowhere",
                "gallery_check": "on",
                "update_check": "on",
            },
            "errors": [
                {"field": "", "code": "form_expired", "message": "Just send it again."},
                {
                    "field": "submission_email",
                    "code": "no_mail",
                    "message": "No mail at <nowhere>.",
                },
            ],
        }
        | changes
    )


def test_after_a_mistake_nothing_typed_is_lost(site: Visit, model: ModelFacts) -> None:
    """The same words, the same choices, and a token that can be sent."""
    assert "1890s" in model.decades
    answer = refused(site)
    assert answer.status == 422
    assert answer.headers["cache-control"] == "no-store"
    assert "content-security-policy" in answer.headers
    assert answer.one("textarea").get_text() == "“Two” <chairs>"
    assert answer.value_of("eccentricity") == "9"
    assert answer.one("option[selected]")["value"] == "1890s"
    assert answer.value_of("submission_email") == "nobody@nowhere"
    assert answer.one("[name=gallery_check]").has_attr("checked")
    assert answer.one("[name=update_check]").has_attr("checked")
    assert form_mark(answer.value_of("form_token"), site.world.now() + 60, KEYS)


def test_an_error_stands_beside_its_field_and_is_announced(site: Visit) -> None:
    """The field is marked, described by its error, and led to from a summary with the focus."""
    answer = refused(site)
    field = answer.one("[name=submission_email]")
    assert field["aria-invalid"] == "true"
    assert "submission_email-error" in str(field["aria-describedby"]).split()
    assert answer.one("#submission_email-error").get_text() == "No mail at <nowhere>."
    assert not answer.one("[name=prompt]").has_attr("aria-invalid")
    summary = answer.one(".errors")
    assert summary.has_attr("autofocus")
    assert summary["tabindex"] == "-1"
    assert "Just send it again." in summary.get_text()
    assert [link["href"] for link in summary.select("a")] == ["#submission_email"]


@pytest.mark.parametrize("prompt", ["", "x" * 256, "\N{ARTIST PALETTE}" * 3000, "{{7*7}}", "\x00"])
def test_whatever_was_typed_comes_back(site: Visit, prompt: str) -> None:
    """Too long, empty or odd: it is shown, not run."""
    error = {"field": "prompt", "code": "prompt_wrong", "message": "Not like this."}
    answer = refused(site, values={"prompt": prompt}, errors=[error])
    assert answer.one("textarea").get_text() == prompt.strip("\x00")
    assert answer.one("#prompt-error").get_text() == "Not like this."


def test_an_error_of_an_unknown_field_is_still_said(site: Visit) -> None:
    """An error can be about a field that the form does not show."""
    error = {"field": "website", "code": "odd", "message": "Odd."}
    summary = refused(site, errors=[error]).one(".errors")
    assert "Odd." in summary.get_text()
    assert summary.select("a") == []


@pytest.mark.parametrize(
    ("code", "field", "heading"),
    [
        ("daily_ceiling", "", "Not now"),
        ("too_many_submissions", "", "Not now"),
        ("too_many_mails", "submission_email", "One thing is not right yet"),
    ],
)
def test_what_is_too_much_comes_back_filled_in(
    site: Visit, model: ModelFacts, code: str, field: str, heading: str
) -> None:
    """429 with Retry-After, the words, and all that was typed; what can be put right is marked."""
    error = {"field": field, "code": code, "message": "Wait <a minute>."}
    answer = refused(site, status=429, errors=[error], headers={"retry-after": "60"})
    assert (answer.status, answer.headers["retry-after"]) == (429, "60")
    assert answer.headers["content-security-policy"]
    assert answer.one(".errors h2").get_text() == heading
    assert "Wait <a minute>." in answer.one(".errors").get_text()
    assert answer.one("textarea").get_text() == "“Two” <chairs>"
    assert answer.value_of("submission_email") == "nobody@nowhere"
    assert answer.one("[name=submission_email]").has_attr("aria-invalid") == bool(field)
    assert form_mark(answer.value_of("form_token"), site.world.now() + 60, KEYS)


def test_the_submit_function_gets_an_error_page(site: Visit) -> None:
    """With the status, the words and the headers that it asks for."""
    answer = site.invoke(
        {
            "page": "error",
            "status": 429,
            "code": "too_many",
            "message": "Wait <a minute>.",
            "headers": {"Retry-After": "60"},
        }
    )
    assert answer.status == 429
    assert answer.headers["retry-after"] == "60"
    assert answer.headers["content-security-policy"]
    assert "Wait <a minute>." in answer.main


def test_who_comes_from_another_site_is_not_told_of_links(site: Visit) -> None:
    """The visitor pressed a button; no link was opened."""
    asked = {"page": "error", "status": 403, "message": "Use the form on our own page."}
    assert "another site" in site.invoke(asked | {"code": "foreign_page"}).main
    assert "This link" in site.invoke(asked | {"code": "link_refused"}).main


def test_another_eccentricity_is_another() -> None:
    """Half the scale away, on the scale, and the way back leads to where one came from."""
    for eccentricity in ECCENTRICITY:
        other = other_eccentricity(eccentricity)
        assert other in ECCENTRICITY
        assert abs(other - eccentricity) == 5
        assert other_eccentricity(other) == eccentricity
